internal import CCurl

/// The libcurl that this process runs with, which need not be the one that it was built against.
package struct Libcurl: Sendable, Equatable {
    /// Of its published faults (<https://curl.se/docs/security.html>) those matter that touch what we have it do: one
    /// connection a handle, STARTTLS or TLS, the certificate, AUTH. CVE-2021-22947 is such a one, by which words from before
    /// STARTTLS were believed after it; 7.79.0 mended it. CVE-2026-4873 and CVE-2026-8286 are not, for both need a connection
    /// that is used again, and ours never are. 7.85.0 is the first with CURLOPT_PROTOCOLS_STR, and so the oldest that serves.
    ///
    /// Nothing warns of newer ones: distributions mend faults without a new number (Debian's 7.88.1 has the one in the
    /// wildcards of certificates, CVE-2023-28321, mended), and a warning that is wrong on every such host is read by nobody.
    static let oldest = Libcurl(number: 0x07_55_00, version: "7.85.0")

    /// As `LIBCURL_VERSION_NUM` has it: a byte each for major, minor and patch.
    let number: UInt32
    let version: String
    /// The library that encrypts, such as `OpenSSL/3.0.20`.
    var encryption = ""

    init(number: UInt32, version: String) {
        self.number = number
        self.version = version
    }

    /// The one that is loaded.
    package init() {
        let information = unsafe resetd_curl_version()
        number = unsafe information?.pointee.version_num ?? 0
        version = unsafe information?.pointee.version.map { unsafe String(cString: $0) } ?? "unknown"
        encryption = unsafe information?.pointee.ssl_version.map { unsafe String(cString: $0) } ?? "without TLS"
    }

    /// For the log: `7.88.1 OpenSSL/3.0.20`.
    package var words: String { "\(version) \(encryption)" }

    /// Why it cannot be worked with; nil when it can.
    package var complaint: String? {
        guard number < Self.oldest.number else { return nil }
        return "libcurl \(version) is too old; expected \(Self.oldest.version) or newer"
    }
}
