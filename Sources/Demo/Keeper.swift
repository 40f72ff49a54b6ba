internal import Subprocess

/// A small shell that outlives us, and cleans up if we could not: after SIGKILL, a crash, a closed terminal.
///
/// It waits on a pipe whose other end we hold; the kernel closes that end however we end. If our folder is still there
/// by then, whoever has its path among the arguments (the cluster, the daemon) is told to end, then killed, and the
/// folder removed. After an orderly end the folder is gone, and the shell has nothing to do.
struct Keeper: Sendable {
    private static let script = #"""
        trap '' INT TERM HUP
        read -r _
        [ -d "$1" ] || exit 0
        for signal in INT KILL; do
            for entry in /proc/[0-9]*/cmdline; do
                process=${entry#/proc/}
                process=${process%/cmdline}
                [ "$process" = "$$" ] && continue
                if tr '\0' ' ' <"$entry" 2>/dev/null | grep -qF -- "$1"; then kill -s "$signal" "$process"; fi
            done
            sleep 2
        done
        rm -rf -- "$1"
        """#

    private let task: Task<Void, Never>
    private let stopping: AsyncStream<Void>.Continuation

    /// Begins to watch over a folder that exists.
    init(folder: TemporaryFolder) {
        let (stops, stopping) = AsyncStream<Void>.makeStream()
        self.stopping = stopping
        task = Task.detached {
            var options = PlatformOptions()
            options.createSession = true
            // Without the keeper the demonstration is the same; only SIGKILL would leave something behind.
            _ = try? await run(
                .name("sh"), arguments: ["-c", Self.script, "resetd-demo-keeper", folder.path],
                platformOptions: options, input: .inputWriter, output: .discarded, error: .discarded
            ) { execution in
                _ = await stops.first { _ in true }
                try await execution.standardInputWriter.finish()
            }
        }
    }

    /// Lets it go, and waits until it has ended.
    func stop() async {
        stopping.yield()
        await task.value
    }
}
