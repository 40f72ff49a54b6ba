import Testing

@testable import Operations

@Suite struct `operations address` {
    @Test(arguments: [
        ("127.0.0.1:9090", OperationsAddress.tcp(host: "127.0.0.1", port: 9090)),
        ("[::1]:9090", .tcp(host: "::1", port: 9090)),
        ("localhost:0", .tcp(host: "localhost", port: 0)),
        ("unix:/run/resetd/ops.sock", .unix(path: "/run/resetd/ops.sock")),
        ("off", .off),
    ])
    func `is read and written alike`(text: String, address: OperationsAddress) {
        #expect(OperationsAddress(text) == address)
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", "9090", ":9090", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:+80", "127.0.0.1:99999999999",
        "::1:9090", "[::1]", "[127.0.0.1]:80", "[]:80", "a b:80", "http://host:80", "unix:", "unix:relative",
        "unix:/" + String(repeating: "x", count: 107), "OFF",
    ])
    func `refuses`(text: String) {
        #expect(OperationsAddress(text) == nil)
    }
}
