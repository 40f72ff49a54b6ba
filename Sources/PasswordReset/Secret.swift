/// What a person proves who they are with.
package enum Secret: String, Sendable {
    case password
    /// Digits, for signing in on a phone; users alone have one.
    case pin
}
