internal import Glibc
internal import Subprocess

/// Which program to run, where, with what, and as whom.
///
/// The environment is made anew: a `PGHOST`, `RESETD_LINK_BASE` or `LANG` of the person's shell must not reach the
/// private cluster or the demonstration's daemon.
struct Program: Sendable {
    /// An absolute path.
    let path: String
    let arguments: [String]
    /// The folder to run in; one that the user of the program can enter.
    let folder: String
    /// Nil runs it as whoever we are.
    var user: UnprivilegedUser?
    /// What it sees of the environment beside the common.
    var settings: [Environment.Key: String] = [:]

    /// Runs it to its end.
    ///
    /// When the task is cancelled the program gets SIGTERM, and SIGKILL two seconds later.
    ///
    /// - Parameter input: what it reads on its standard input.
    /// - Returns: what it printed on standard output, without line feeds at the end.
    /// - Throws: ``DemoFailure`` with the last lines of its standard error when it fails or cannot be started;
    ///   `CancellationError` when the task was cancelled.
    @discardableResult
    func output(input: String = "") async throws -> String {
        let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
        do {
            result = try await run(
                .name("sh"), arguments: shellArguments, environment: environment, platformOptions: options,
                input: .string(input), output: .string(limit: 4 << 20), error: .string(limit: 1 << 20))
        } catch {
            try Task.checkCancellation()
            throw DemoFailure("\(path) cannot be run: \(error)")
        }
        try Task.checkCancellation()
        guard result.terminationStatus.isSuccess else {
            let words = result.standardError.split(separator: "\n").suffix(8).joined(separator: "\n  ")
            throw DemoFailure("\(name) failed (\(result.terminationStatus)):\n  \(words)")
        }
        var output = result.standardOutput
        while output.last?.isNewline == true { output.removeLast() }
        return output
    }

    /// The last part of the path.
    var name: String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// A shell enters the folder and becomes the program, which keeps its process ID.
    var shellArguments: Arguments {
        Arguments(["-c", #"cd "$0" && exec "$@""#, folder] + changeOfUser + [path] + arguments)
    }

    /// setpriv(1) changes the user, after the exec. Not the child of a fork of ours: glibc's setgroups(2) there waits for
    /// the threads that the parent had, for ever if one of them was just coming or going.
    private var changeOfUser: [String] {
        guard let user else { return [] }
        return ["setpriv", "--reuid=\(user.userID)", "--regid=\(user.groupID)", "--clear-groups", "--"]
    }

    /// What every program of the demonstration sees.
    var environment: Environment {
        let common: [Environment.Key: String] = ["PATH": Self.searchPath, "HOME": folder, "LC_ALL": "C.UTF-8"]
        return .custom(common.merging(settings) { $1 })
    }

    /// A session of its own, so that Ctrl-C in the terminal reaches us alone and we stop the rest in order.
    var options: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
        return options
    }

    /// `PATH` of this process, with the folders that a bare environment lacks.
    static var searchPath: String {
        let given = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? ""
        return given.isEmpty ? "/usr/local/bin:/usr/bin:/bin" : given + ":/usr/bin:/bin"
    }
}
