import Glibc

/// Asks for a secret: at a terminal twice and without echo, from a pipe one line.
struct SecretPrompt {
    let what: String

    func read() throws -> String {
        guard isatty(STDIN_FILENO) == 1 else { return try line() }
        let first = try ask(what)
        guard try ask("\(what), again").utf8.elementsEqual(first.utf8) else {
            throw CommandFailure(description: "nothing was set: it was not typed the same twice")
        }
        return first
    }

    /// The terminal's echo is put back whatever happens, but for a signal that ends the process: so these are off as well
    /// while a secret is typed (ISIG), and Ctrl-C is a character that no password may have.
    private func ask(_ words: String) throws -> String {
        var former = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &former) == 0 else {
            throw CommandFailure(description: "the terminal cannot be asked; give the secret by a pipe")
        }
        var silent = former
        silent.c_lflag &= ~tcflag_t(ECHO | ISIG)
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer {
            unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &former)
            write("\n")
        }
        write("\(words): ")
        let typed = try line()
        guard !typed.utf8.contains(3) else { throw CommandFailure(description: "nothing was set") }
        return typed
    }

    private func line() throws -> String {
        guard let line = readLine(), !line.isEmpty else {
            throw CommandFailure(description: "nothing was set: there was no secret to read")
        }
        return line
    }

    private func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
