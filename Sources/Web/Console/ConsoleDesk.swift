package import Accounts

/// What administrators work with: who is signed in, what they do to accounts, and what they look through.
package struct ConsoleDesk: Sendable {
    let sessions: ConsoleSessions
    let credentials: Credentials
    let directory: Directory

    package init(sessions: ConsoleSessions, credentials: Credentials, directory: Directory) {
        self.sessions = sessions
        self.credentials = credentials
        self.directory = directory
    }
}
