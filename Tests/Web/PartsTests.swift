import PasswordReset
import Synchronization
import Testing

@testable import Web

@Suite struct ClientAddressTests {
    private func find(_ peer: String?, _ forwarded: [String], _ trusted: [String]) throws -> String? {
        let peer = try peer.map { Peer.ip(try #require(IPAddress($0))) } ?? .local
        return ClientAddress.find(peer: peer, forwarded: forwarded, trusted: try TrustedProxies(trusted))?.description
    }

    @Test func `a peer that is not trusted is the client, whatever it says`() throws {
        #expect(try find("203.0.113.7", ["198.51.100.1"], []) == "203.0.113.7")
        #expect(try find("203.0.113.7", ["198.51.100.1"], ["10.0.0.0/8", "unix"]) == "203.0.113.7")
    }

    @Test func `no letter of a client's own header hides what a proxy appends`() throws {
        #expect(try find("10.1.2.3", ["\u{604}, 198.51.100.1"], ["10.0.0.0/8"]) == "198.51.100.1")
        #expect(try find("10.1.2.3", ["1.1.1.1\u{301}, 198.51.100.1"], ["10.0.0.0/8"]) == "198.51.100.1")
    }

    @Test func `behind trusted proxies the rightmost other address is the client`() throws {
        let trusted = ["10.0.0.0/8", "2001:db8::1"]
        #expect(try find("10.1.2.3", ["1.1.1.1, 198.51.100.1"], trusted) == "198.51.100.1")
        #expect(try find("10.1.2.3", ["1.1.1.1", "198.51.100.1, 10.9.9.9"], trusted) == "198.51.100.1")
        #expect(try find("2001:db8::1", ["[2001:db8:5::7]:4711"], trusted) == "2001:db8:5:0:0:0:0:7")
        #expect(try find("10.1.2.3", ["198.51.100.1:4711"], trusted) == "198.51.100.1")
        #expect(try find("::ffff:10.1.2.3", ["198.51.100.1"], trusted) == "198.51.100.1")
    }

    @Test func `nonsense ends the reading at the hop before it`() throws {
        let trusted = ["10.0.0.0/8"]
        #expect(try find("10.1.2.3", ["198.51.100.1, <script>"], trusted) == "10.1.2.3")
        #expect(try find("10.1.2.3", ["198.51.100.1,,10.4.4.4"], trusted) == "10.4.4.4")
        #expect(try find("10.1.2.3", [], trusted) == "10.1.2.3")
    }

    @Test func `a Unix socket is believed only when it is listed`() throws {
        #expect(try find(nil, ["198.51.100.1"], []) == nil)
        #expect(try find(nil, ["198.51.100.1"], ["unix"]) == "198.51.100.1")
    }

    @Test(arguments: ["", "10.0.0.0/33", "10.1.2.3/8", "10.0.0/8", "::/129", "proxy.example", "10.0.0.0/", "010.0.0.1"])
    func `an entry that names nobody is refused`(entry: String) {
        #expect(throws: TrustedProxiesError(entry: entry)) { try TrustedProxies([entry]) }
    }

    @Test(arguments: [
        ("::", "0:0:0:0:0:0:0:0"), ("::1", "0:0:0:0:0:0:0:1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("64:ff9b::192.0.2.33", "64:ff9b:0:0:0:0:c000:221"), ("::ffff:192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"),
    ])
    func `addresses of both families are read`(text: String, description: String) throws {
        #expect(try #require(IPAddress(text)).description == description)
    }

    @Test(arguments: [
        "", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "g::", "12345::", "+1::",
        "fe80::1%eth0", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.+4", "::1.2.3", "1.2.3.4::",
    ])
    func `what is no address is none`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `an IPv6 customer is one client`() throws {
        #expect(IPAddress("2001:db8:1:2:3::4")?.client == IPAddress("2001:db8:1:2::"))
        #expect(IPAddress("192.0.2.1")?.client == IPAddress("192.0.2.1"))
    }
}

@Suite struct RateLimitTests {
    /// A clock that moves by hand.
    private final class Hand: Sendable {
        let start = ContinuousClock.now
        private let seconds = Atomic(0)

        func move(to second: Int) { seconds.store(second, ordering: .relaxed) }
        var now: ContinuousClock.Instant { start + .seconds(seconds.load(ordering: .relaxed)) }
    }

    private func key(_ text: String) -> RateLimit.Key { .init(route: "/forgot", client: IPAddress(text)) }

    @Test func `a burst meets the limit exactly, also over the turn of a minute`() async {
        let hand = Hand()
        let limit = RateLimit(limits: { (30, 0) }, now: { hand.now })
        hand.move(to: 59)
        for _ in 0..<20 { #expect(await limit.admit(key("192.0.2.1"), countsToTotal: true) == nil) }
        hand.move(to: 60)
        for _ in 0..<10 { #expect(await limit.admit(key("192.0.2.1"), countsToTotal: true) == nil) }
        #expect(await limit.admit(key("192.0.2.1"), countsToTotal: true) != nil)
        #expect(await limit.admit(key("192.0.2.2"), countsToTotal: true) == nil)
    }

    @Test func `whoever comes back after the time it was told is let in`() async throws {
        let hand = Hand()
        let limit = RateLimit(limits: { (5, 0) }, now: { hand.now })
        hand.move(to: 7)
        for _ in 0..<5 { #expect(await limit.admit(key("192.0.2.1"), countsToTotal: true) == nil) }
        let wait = try #require(await limit.admit(key("192.0.2.1"), countsToTotal: true))
        #expect(wait > 53 && wait <= 113)
        hand.move(to: 7 + wait)
        #expect(await limit.admit(key("192.0.2.1"), countsToTotal: true) == nil)
        hand.move(to: 10_000)
        for _ in 0..<5 { #expect(await limit.admit(key("192.0.2.1"), countsToTotal: true) == nil) }
    }

    @Test func `zero is no limit, and a full table counts no newcomers`() async {
        let free = RateLimit(limits: { (0, 0) })
        for _ in 0..<100 { #expect(await free.admit(key("192.0.2.1"), countsToTotal: true) == nil) }
        let small = RateLimit(limits: { (1, 3) }, capacity: 1)
        #expect(await small.admit(key("192.0.2.1"), countsToTotal: true) == nil)
        #expect(await small.admit(key("192.0.2.1"), countsToTotal: true) != nil)
        #expect(await small.admit(key("192.0.2.2"), countsToTotal: true) == nil)
        #expect(await small.admit(key("192.0.2.2"), countsToTotal: true) == nil)
        #expect(await small.admit(key("192.0.2.2"), countsToTotal: true) != nil)
    }
}

@Suite struct ListenAddressTests {
    @Test func `every form of an address is read`() throws {
        #expect(try ListenAddress("127.0.0.1:8080") == .tcp(host: "127.0.0.1", port: 8080))
        #expect(try ListenAddress("[::1]:0") == .tcp(host: "::1", port: 0))
        #expect(try ListenAddress("localhost:80") == .tcp(host: "localhost", port: 80))
        #expect(try ListenAddress("unix:/run/resetd/web") == .unix(path: "/run/resetd/web"))
        #expect(try ListenAddress("systemd") == .systemd)
        #expect(try ListenAddress("off") == .off)
    }

    @Test(arguments: [
        "", "8080", ":8080", "::1:8080", "[::1]", "[x]:80", "host:65536", "host:+1", "unix:", "unix:relative", "host:",
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: ListenAddressError()) { try ListenAddress(text) }
    }

    @Test func `a socket counts only when it was passed to this process`() {
        #expect(SystemdSocket.count(["77", "2"], process: 77) == 2)
        #expect(SystemdSocket.count(["77", "2"], process: 78) == 0)
        #expect(SystemdSocket.count([nil, "2"], process: 77) == 0)
        #expect(SystemdSocket.count(["77", "x"], process: 77) == 0)
    }
}

@Suite struct HTTPDateTests {
    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 GMT"),
    ])
    func `dates are written as HTTP wants them`(seconds: Int, text: String) {
        #expect(HTTPDate.text(seconds) == text)
    }
}
