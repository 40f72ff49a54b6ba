import Delivery
import Demo
import Glibc
import Operations
import PasswordReset
import Postgres
import SMTP
import Schema
import Web

/// How a command ends when it did not do what it was asked: a line, and an exit code of sysexits.h.
struct Failure {
    let line: String
    let code: CInt

    /// Wrong configuration (EX_CONFIG).
    private static let configuration: CInt = 78

    /// Nil for what the argument parser says itself: help, version and wrong usage (64).
    init?(_ error: any Error) {
        switch error {
        case let error as SettingError: (line, code) = (error.description, Self.configuration)
        case let error as StateDirectoryError: (line, code) = (error.description, Self.configuration)
        case let error as CommandFailure: (line, code) = (error.description, 1)
        case let error as SchemaError: (line, code) = (error.description, 1)
        case let error as PostgresError: (line, code) = (error.debugDescription, 1)
        case let error as LinkKeysError: (line, code) = (error.description, 1)
        case let error as SessionFailure: (line, code) = (error.description, 1)
        case let error as TestMailError: (line, code) = (error.description, 1)
        case let error as ListenFailure: (line, code) = (error.description, 1)
        case let error as DemoFailure: (line, code) = (error.description, 1)
        default: return nil
        }
    }
}

/// A command that was understood and could not be carried out. Exit code 1.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
}
