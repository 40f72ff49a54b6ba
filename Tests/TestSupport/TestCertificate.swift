internal import NIOConcurrencyHelpers
internal import Glibc

/// A certificate authority and certificates of every kind that a TLS test needs, made by `openssl` once per process and
/// removed at its end.
package struct TestCertificate: Sendable {
    /// What the certificate is like that a test server shows.
    package enum Kind: String, Sendable, CaseIterable {
        /// For `localhost` and 127.0.0.1.
        case good
        /// For another host.
        case otherHost
        /// Over since yesterday.
        case expired
        /// Good, but signed by the stranger.
        case foreign
    }

    private let folder: String

    /// The authority that signed the others.
    package var authorityFile: String { "\(folder)/authority.pem" }

    /// An authority that signed none but the ``Kind/foreign`` one.
    package var strangerFile: String { "\(folder)/stranger.pem" }

    package func certificateFile(_ kind: Kind) -> String { "\(folder)/\(kind.rawValue).pem" }
    package func keyFile(_ kind: Kind) -> String { "\(folder)/\(kind.rawValue).key" }

    /// The one set of this process.
    package static func shared() async throws -> TestCertificate {
        try await making.value
    }

    private static let making = Task { try await TestCertificate() }

    private init() async throws {
        var template = Array("/tmp/resetd-tls-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw TestCertificateError(step: "mkdtemp") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        TemporaryFolders.removeAtExit(folder)
        try await openssl("req -x509 NEW authority -extensions authority -days 30")
        try await openssl("req -x509 NEW stranger -extensions authority -days 30")
        for kind in Kind.allCases {
            let authority = kind == .foreign ? "stranger" : "authority"
            try await openssl("req NEW \(kind.rawValue) -out \(folder)/\(kind.rawValue).csr")
            try await openssl(
                """
                x509 -req -in \(folder)/\(kind.rawValue).csr -extfile \(folder)/openssl.cnf \
                -extensions \(kind == .otherHost ? "other" : "good") \
                -CA \(folder)/\(authority).pem -CAkey \(folder)/\(authority).key \
                -days \(kind == .expired ? -1 : 30) -out \(folder)/\(kind.rawValue).pem
                """)
        }
    }

    /// Runs `openssl`; `NEW name` stands for the options that make a key and what to call it.
    private func openssl(_ line: String) async throws {
        var arguments: [String] = []
        var words = line.split(separator: " ").map(String.init)[...]
        try writeSettings()
        while let word = words.popFirst() {
            guard word == "NEW", let name = words.popFirst() else {
                arguments.append(word)
                continue
            }
            arguments += "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes".split(separator: " ").map(String.init)
            arguments += ["-config", "\(folder)/openssl.cnf", "-subj", "/CN=\(name)"]
            arguments += ["-keyout", "\(folder)/\(name).key"]
            if arguments.contains("-x509") { arguments += ["-out", "\(folder)/\(name).pem"] }
        }
        try await SystemProgram.run("openssl", arguments)
    }

    private func writeSettings() throws {
        let text = """
            [req]
            distinguished_name = name
            prompt = no
            [name]
            CN = resetd test
            [authority]
            basicConstraints = critical,CA:TRUE
            [good]
            subjectAltName = DNS:localhost,IP:127.0.0.1
            [other]
            subjectAltName = DNS:elsewhere.invalid

            """
        guard let file = unsafe fopen("\(folder)/openssl.cnf", "w") else { throw TestCertificateError(step: "fopen") }
        unsafe fputs(text, file)
        unsafe fclose(file)
    }
}

package struct TestCertificateError: Error {
    package let step: String
}

/// Flat folders that go with the process.
private enum TemporaryFolders {
    private static let folders = NIOLockedValueBox<[String]>([])

    static func removeAtExit(_ folder: String) {
        let isFirst = folders.withLockedValue { list in
            list.append(folder)
            return list.count == 1
        }
        guard isFirst else { return }
        atexit {
            for folder in TemporaryFolders.folders.withLockedValue({ $0 }) {
                let names = ["authority", "stranger"] + TestCertificate.Kind.allCases.map(\.rawValue)
                for name in names.flatMap({ ["\($0).pem", "\($0).key", "\($0).csr"] }) + ["openssl.cnf"] {
                    _ = unsafe unlink("\(folder)/\(name)")
                }
                _ = unsafe rmdir(folder)
            }
        }
    }
}
