/// When a kept session has done enough: relays end long ones by themselves, at a moment of their own choice.
package struct SessionLimits: Sendable {
    package let mails: Int
    package let age: Duration

    /// How long it may have lain unused. Postfix hangs up after 300 s, some load balancers much earlier.
    package let idle: Duration

    package init(mails: Int, age: Duration, idle: Duration) {
        self.mails = mails
        self.age = age
        self.idle = idle
    }
}
