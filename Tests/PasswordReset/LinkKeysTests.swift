import PasswordReset
import Testing

@Suite struct LinkKeysTests {
    private static let one = String(repeating: "A", count: 43)
    private static let two = String(repeating: "B", count: 42) + "A"

    @Test func `a generated ring has one key of 32 random bytes, and its text is read back`() throws {
        let keys = LinkKeys.generate()
        #expect(keys.ids == [1])
        #expect(try LinkKeys(keys.text).text == keys.text)
        #expect(LinkKeys.generate().text != keys.text)
        let line = try #require(keys.text.wholeMatch(of: /1:([A-Za-z0-9_-]{43})\n/))
        #expect(Base64URL.decode(line.1)?.count == 32)
    }

    @Test(arguments: [
        "2:\(one) 1:\(two)", "2:\(one),1:\(two)", "2:\(one)\n1:\(two)\n", "2:\(one)\r\n1:\(two)\r\n",
        "\t2:\(one) , ,\n\n  1:\(two)  ", "# 9:\(one)\n2:\(one) # new: today\n1:\(two)#old",
    ])
    func `keys stand apart by white space or commas, remarks are left out, the first signs`(text: String) throws {
        let keys = try LinkKeys(text)
        #expect(keys.ids == [2, 1])
        #expect(keys.current.id == 2)
        #expect(keys.text == "2:\(Self.one)\n1:\(Self.two)\n")
    }

    @Test(arguments: ["", " ", "\n", ",", "# 1:\(one)", "#"])
    func `a text without a key is refused`(text: String) {
        #expect(throws: LinkKeysError.empty) { try LinkKeys(text) }
    }

    @Test(arguments: [
        "0:\(one)", "65536:\(one)", "-1:\(one)", "+1:\(one)", "x:\(one)", "٣:\(one)", ":\(one)", one, "1", "1:", "1:A",
        "1:\(one)A", "1:\(one)=", "1:\(one.dropLast())", "1:\(one.dropLast())B", "1:\(one.dropLast())+", "1:\(one):",
        "1:\(one):2", "1 :\(one)", "1: \(one)", "1:\(one.dropLast())é",
    ])
    func `anything but ID:KEY is malformed, and the error says where`(text: String) {
        #expect(throws: LinkKeysError.malformed(position: 1)) { try LinkKeys(text) }
        #expect(throws: LinkKeysError.malformed(position: 2)) { try LinkKeys("7:\(Self.two)\n\(text)") }
    }

    @Test func `a number stands once`() {
        #expect(throws: LinkKeysError.repeated(1)) { try LinkKeys("1:\(Self.one) 2:\(Self.two) 01:\(Self.two)") }
    }

    @Test(arguments: [
        "1:SECRETsecret", "SECRETsecret:1", "SECRETsecret", "1:\(one) 1:\(two)", "1:\(one) 2:SECRETsecret",
    ])
    func `no error quotes key material`(text: String) {
        let error = #expect(throws: LinkKeysError.self) { try LinkKeys(text) }
        let told = "\(error.debugDescription) \(error?.description ?? "")"
        #expect(!told.contains("SECRET") && !told.contains("AAAA") && !told.contains("BBBB"))
    }

    @Test func `rotating puts a new key first and keeps the old ones as they were`() throws {
        let keys = LinkKeys.generate()
        let rotated = try keys.rotated()
        #expect(rotated.ids == [2, 1])
        #expect(rotated.text.hasSuffix("\n" + keys.text))
        #expect(try rotated.rotated().ids == [3, 2, 1])
    }

    @Test func `after the last number the first free one is taken`() throws {
        #expect(try LinkKeys("65535:\(Self.one)").rotated().ids == [1, 65535])
        #expect(try LinkKeys("65535:\(Self.one) 1:\(Self.two)").rotated().ids == [2, 65535, 1])
    }

    @Test func `pruning takes out an old key, never the one that signs`() throws {
        let keys = try LinkKeys("3:\(Self.one) 2:\(Self.two) 1:\(Self.one)")
        #expect(try keys.pruned(of: 2).ids == [3, 1])
        #expect(throws: LinkKeysError.signing(3)) { try keys.pruned(of: 3) }
        #expect(throws: LinkKeysError.unknown(9)) { try keys.pruned(of: 9) }
    }
}
