/// Why the demonstration cannot go on, in one sentence for the person at the terminal.
package struct DemoFailure: Error, Sendable, CustomStringConvertible {
    /// The sentence, without a full stop when more lines follow.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
