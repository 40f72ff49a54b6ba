import Testing

@testable import SMTP

@Suite struct LibcurlTests {
    @Test func `the one that is loaded will do, and says what encrypts`() {
        let libcurl = Libcurl()
        #expect(libcurl.complaint == nil)
        #expect(libcurl.number >= Libcurl.oldest.number)
        #expect(libcurl.words.contains("/"))
    }

    @Test func `an older one is refused by name, whatever its digits`() {
        #expect(Libcurl(number: 0x07_4A_00, version: "7.74.0").complaint?.contains("7.74.0") == true)
        #expect(Libcurl(number: 0x07_54_63, version: "7.84.99").complaint != nil)
        #expect(Libcurl(number: 0x07_55_00, version: "7.85.0").complaint == nil)
        #expect(Libcurl(number: 0x08_00_00, version: "8.0.0").complaint == nil)
    }
}
