// swift-tools-version: 6.2
import PackageDescription

// What bytes from outside come to, and so what Tests/Fuzzing calls.
let fuzzed: [Target.Dependency] = [
    "resetd", "SMTP", "PasswordReset", "Presentation", "Postgres", "Delivery", "Web", "Operations",
    .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
]

let package = Package(
    name: "resetd",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "resetd", targets: ["resetd"])
    ],
    dependencies: [
        // Commands, their help and their usage errors.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        // Settings from environment, credentials folder and YAML, with redaction of secrets.
        .package(
            url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: [.defaults, "YAML"]),
        // HMAC-SHA-256 and HKDF for links, SHA-256 for migration checksums; PBKDF2 and SHA-1 for what others stored.
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        // Structured logs.
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        // Counters, gauges and timers, written out as Prometheus text by Operations.
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        // Event loops under Hummingbird, and the demo's mailbox. Below 2.100.0 a request with very many headers crashes.
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        // TLS for the scripted relay of the tests; the daemon's own TLS is libcurl's and libpq's.
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        // Header and method types that Hummingbird speaks.
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        // The HTTP server.
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        // Templates of mails and pages.
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        // Start, signals and graceful shutdown of the daemon's services.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        // Names the line of an unknown key in the file of settings; swift-configuration reads its values with it.
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        // Paths in swift-configuration's interface.
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        // The demo's private PostgreSQL cluster and daemon, and the programs that tests run.
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    ],
    targets: [
        // MARK: C libraries: module maps and shims, nothing else.
        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
        // prctl(2), which is variadic.
        .systemLibrary(name: "CLinux"),
        // A-labels of internationalised domains (RFC 5891); libcurl wants a UTF-8 locale to do it.
        .systemLibrary(name: "CIDN2", pkgConfig: "libidn2", providers: [.apt(["libidn2-dev"])]),

        // MARK: The daemon, in the order of the import law (Postgres and SMTP know nothing of passwords).
        .target(
            name: "Postgres",
            dependencies: ["CPostgreSQL", .product(name: "Logging", package: "swift-log")]),
        .target(name: "SMTP", dependencies: ["CCurl", "CIDN2"]),
        .target(
            name: "PasswordReset",
            dependencies: [.product(name: "Crypto", package: "swift-crypto")]),
        // What people see in pages and mails alike: the words, in every language, the brand, and the operator's templates.
        .target(
            name: "Presentation",
            dependencies: [
                "PasswordReset",
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            resources: [.embedInCode("Catalogues")]),
        .target(
            name: "Schema",
            dependencies: [
                "Postgres",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            resources: [.embedInCode("SQL")]),
        .target(
            name: "Accounts",
            dependencies: [
                "PasswordReset", "Postgres", "CArgon2", "CCrypt",
                // SHA-1 for the list of breached passwords, whose form is no concern of PasswordReset; and keys, which
                // compare in constant time.
                .product(name: "Crypto", package: "swift-crypto"),
                // PBKDF2, for the hashes that Django made: crypt(3) has none.
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "Delivery",
            dependencies: [
                "PasswordReset", "Presentation", "Postgres", "SMTP",
                .product(name: "Mustache", package: "swift-mustache"),
                // A lock that the thread sanitizer understands, which Synchronization.Mutex is not.
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Templates")]),
        .target(
            name: "Web",
            dependencies: [
                "PasswordReset", "Presentation", "Accounts", "Postgres",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Templates")]),
        .target(
            name: "Operations",
            dependencies: [
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
            ]),
        .target(
            name: "Demo",
            dependencies: [
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(
            name: "resetd",
            dependencies: [
                "Postgres", "SMTP", "PasswordReset", "Presentation", "Schema", "Accounts", "Delivery", "Web",
                "Operations", "Demo", "CLinux",
                // One HEAD for `resetd check --reach`.
                "CCurl",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Yams", package: "Yams"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            linkerSettings: [
                // A tenth less memory at rest: lld packs the relocations (RELR), and nobody looks a symbol of ours up. What
                // the dynamic linker writes is written at the start, and then read-only.
                .unsafeFlags(
                    ["-use-ld=lld"]
                        + ["-z", "pack-relative-relocs", "-z", "now", "--no-export-dynamic"].flatMap {
                            ["-Xlinker", $0]
                        },
                    .when(platforms: [.linux], configuration: .release))
            ]),

        // MARK: Tests
        .target(
            name: "TestSupport",
            dependencies: [
                "Postgres", "Schema", "Demo",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Tests/TestSupport"),
        // The one target in C: only a definition of malloc(3) in the program itself sees what every library allocates.
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres", "TestSupport"], path: "Tests/Postgres"),
        .testTarget(
            name: "SMTPTests",
            dependencies: [
                "SMTP", "TestSupport",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ], path: "Tests/SMTP"),
        .testTarget(name: "PasswordResetTests", dependencies: ["PasswordReset"], path: "Tests/PasswordReset"),
        .testTarget(
            name: "PresentationTests", dependencies: ["Presentation", "PasswordReset"], path: "Tests/Presentation"),
        .testTarget(name: "SchemaTests", dependencies: ["Schema", "Postgres", "TestSupport"], path: "Tests/Schema"),
        .testTarget(
            name: "AccountsTests",
            dependencies: [
                "Accounts", "PasswordReset", "Postgres", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ], path: "Tests/Accounts"),
        .testTarget(
            name: "DeliveryTests",
            dependencies: [
                "Delivery", "PasswordReset", "Presentation", "Postgres", "SMTP", "TestSupport", "AllocationCounter",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], path: "Tests/Delivery"),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "Web", "Accounts", "PasswordReset", "Presentation", "Postgres", "TestSupport",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ], path: "Tests/Web"),
        .testTarget(
            name: "OperationsTests",
            dependencies: [
                "Operations", "TestSupport",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
            ], path: "Tests/Operations"),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "resetd", "Demo", "Operations", "PasswordReset", "Schema", "TestSupport", "Postgres",
                .product(name: "Logging", package: "swift-log"),
            ], path: "Tests/Commands"),
        .testTarget(
            name: "SecurityTests", dependencies: ["Demo", "PasswordReset", "Postgres", "TestSupport"],
            path: "Tests/Security", exclude: ["README.md", "hostile.py", "stage.py", "timing.py"]),
        .testTarget(
            name: "FaultTests",
            dependencies: [
                "resetd", "Demo", "Postgres", "Schema", "TestSupport",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ], path: "Tests/Faults"),
        // The fuzzer's functions, over the corpus that is kept.
        .testTarget(
            name: "FuzzingTests", dependencies: fuzzed, path: "Tests/Fuzzing",
            exclude: ["README.md", "Corpus", "Fuzzer.swift"]),
    ],
    swiftLanguageModes: [.v6]
)

// For Scripts/fuzz alone: libFuzzer brings a main() that is only linked with -sanitize=fuzzer, so an ordinary build cannot
// have this program in it; and what it is to call, as the settings are, must be a library.
let isFuzzing = Context.environment["RESETD_FUZZING"] != nil
if isFuzzing, let daemon = package.targets.firstIndex(where: { $0.name == "resetd" }) {
    package.products = []
    package.targets.removeAll { $0.isTest }
    package.targets[daemon] = .target(name: "resetd", dependencies: package.targets[daemon].dependencies)
    package.targets.append(
        .executableTarget(
            name: "fuzz", dependencies: fuzzed, path: "Tests/Fuzzing",
            exclude: ["README.md", "Corpus", "ReplayTests.swift", "OracleTests.swift"]))
}

// One set of rules for every Swift target: a reader need not ask which file may do what.
for target in package.targets where target.type != .system && target.name != "AllocationCounter" {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
    ]
}
if isFuzzing, let daemon = package.targets.first(where: { $0.name == "resetd" }) {
    // Its @main would be a second main().
    daemon.swiftSettings? += [.unsafeFlags(["-Xfrontend", "-entry-point-function-name", "-Xfrontend", "resetd_main"])]
}
