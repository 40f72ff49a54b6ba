internal import CCurl
internal import Glibc

/// A relay's settings as libcurl's options.
struct ConnectionSetup {
    let relay: Relay
    /// Whether ``Connection/certificateExpiry`` is wanted: libcurl then takes the certificate apart.
    var showsCertificate = false

    /// Sets every option, and refuses the handle if libcurl refuses one.
    func apply(_ handle: UnsafeMutableRawPointer) throws(SessionFailure) {
        for (option, value) in strings {
            let code = unsafe resetd_setopt_string(handle, option, value)
            guard code == CURLE_OK else { throw ConnectionSetup.failure(code) }
        }
        for (option, value) in numbers {
            let code = unsafe resetd_setopt_long(handle, option, value)
            guard code == CURLE_OK else { throw ConnectionSetup.failure(code) }
        }
    }

    private var strings: [(CURLoption, String?)] {
        var options: [(CURLoption, String?)] = [
            (CURLOPT_URL, "\(relay.url)/\(ConnectionSetup.escaped(relay.heloName ?? ConnectionSetup.hostName))"),
            (CURLOPT_PROTOCOLS_STR, "smtp,smtps"),
            // An all_proxy in the environment is not ours to obey: the relay is reached directly.
            (CURLOPT_PROXY, ""),
        ]
        if let file = relay.caFile {
            // The path of the system's directory of authorities would stay beside the file: only the file counts.
            options += [(CURLOPT_CAINFO, file), (CURLOPT_CAPATH, nil)]
        }
        if let username = relay.username {
            options += [
                (CURLOPT_USERNAME, username),
                (CURLOPT_PASSWORD, relay.password ?? ""),
                // TLS is on (see `insistsOnTLS`); left to itself libcurl would try Kerberos first for a name with @ in it.
                (CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN;AUTH=CRAM-MD5"),
            ]
        }
        return options
    }

    private var numbers: [(CURLoption, Int)] {
        let tls =
            relay.insistsOnTLS ? CURLUSESSL_ALL : relay.security == .off ? CURLUSESSL_NONE : CURLUSESSL_TRY
        // Covers everything up to AUTH, not TCP alone, and must not be 0, which means 300 seconds.
        let time = max(1, relay.timeout.wholeMilliseconds)
        return [
            (CURLOPT_CONNECT_ONLY, 1),
            (CURLOPT_NOSIGNAL, 1),
            (CURLOPT_USE_SSL, Int(tls.rawValue)),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            (CURLOPT_SSL_VERIFYPEER, relay.verifiesCertificate ? 1 : 0),
            (CURLOPT_SSL_VERIFYHOST, relay.verifiesCertificate ? 2 : 0),
            (CURLOPT_CONNECTTIMEOUT_MS, min(time, 86_400_000)),
            // libcurl's own limit for one reply is two minutes; the one above is to rule.
            (CURLOPT_SERVER_RESPONSE_TIMEOUT, min(time / 1000 + 1, 86_400)),
            (CURLOPT_TCP_KEEPALIVE, 1),
            (CURLOPT_CERTINFO, showsCertificate ? 1 : 0),
        ]
    }

    private static func failure(_ code: CURLcode) -> SessionFailure {
        let words = unsafe String(cString: curl_easy_strerror(code)).asOneLine
        return SessionFailure(stage: .connect, blame: .ourselves, detail: "libcurl refuses a setting: \(words).")
    }

    /// The EHLO name is the URL's path, which libcurl decodes again; a control character in it is an error there
    /// (<https://curl.se/libcurl/c/CURLOPT_URL.html>).
    static func escaped(_ name: String) -> String {
        var result = ""
        for byte in name.utf8 {
            if ASCIIDomain.isLetterDigitHyphenDot(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += byte < 16 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return result
    }

    /// libcurl would cut the name at its first dot, and relays want it whole (RFC 5321, 4.1.1.1).
    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        let code = unsafe gethostname(&name, name.count - 1)
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return code == 0 && !bytes.isEmpty ? String(decoding: bytes, as: UTF8.self) : "localhost"
    }
}
