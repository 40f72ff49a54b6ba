import PasswordReset
import Testing

@Suite struct Base64URLTests {
    /// RFC 4648, section 10, without padding; and the two letters that the URL-safe alphabet has of its own.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"), ("~~~???", "fn5-Pz8_"),
    ])
    func `the RFC's examples`(plain: String, encoded: String) {
        #expect(Base64URL.encode(plain.utf8) == encoded)
        #expect(Base64URL.decode(encoded) == Array(plain.utf8))
    }

    @Test func `every byte comes back at every place`() {
        for length in 1...6 {
            for byte in UInt8.min ... .max {
                let bytes = [UInt8](repeating: byte, count: length)
                #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
            }
        }
    }

    @Test(arguments: [
        "A", "AAAAA", "Zg==", "Zm8=", "Zm9v ", " Zm9v", "Zm+v", "Zm/v", "Zm9v\n", "Zm9é", "Zm9\u{0}", "=",
    ])
    func `another alphabet, padding or an impossible length is refused`(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test func `of all spellings of a value only the one without stray bits is read`() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        #expect(alphabet.filter { Base64URL.decode("Z\($0)") != nil } == "AQgw")
        #expect(alphabet.filter { Base64URL.decode("Zm\($0)") != nil } == "AEIMQUYcgkosw048")
    }
}
