import PasswordReset
import Testing

@testable import Delivery

@Suite struct DeliverySettingsTests {
    @Test func `SIGHUP changes ring, limits and times, and leaves lease, sender and where links lead`() throws {
        let old = try RunningWorker.settings(relay: "smtp://127.0.0.1:9")
        let ring = LinkKeys.generate()
        var new = DeliverySettings(
            relay: old.relay, sender: try Sender("Other <other@example.net>"), keys: ring,
            linkBase: try LinkBase("https://other.example.net"))
        new.lease = .seconds(77)
        new.pollInterval = .seconds(78)
        new.perAccountHourly = 79
        let renewed = old.renewed(by: new)
        #expect(renewed.lease == old.lease)
        #expect(renewed.sender.name == old.sender.name)
        #expect(renewed.linkBase == old.linkBase)
        #expect(renewed.keys.text == ring.text)
        #expect(renewed.pollInterval == .seconds(78))
        #expect(renewed.perAccountHourly == 79)
    }
}
