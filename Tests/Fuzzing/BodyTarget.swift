import Foundation

@testable import Presentation
@testable import Web

extension FuzzTarget {
    /// What clients post, and the headers beside it that are read by hand.
    static let body = FuzzTarget(
        "body", longest: 1024,
        words: [
            "email=", "kind=user", "&", "%20", "%ED%A0%80", "{\"email\":\"", "\\ud83d\\ude00", "null", ";q=0.", "zh-TW",
        ]
    ) { input in
        try form(input)
        try json(input)
        let text = String(decoding: input, as: UTF8.self)
        try wished(text)
        try forwarded(text)
    }

    /// Against a reading of its own: names and values as they are parted, each decoded by itself.
    private static func form(_ input: [UInt8]) throws {
        guard let form = try? FormBody(input) else { return }
        var again = ""
        var values: [String: String] = [:]
        for pair in input.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = try PercentCode.decode(parts[0], plusIsSpace: true)
            let value = try PercentCode.decode(parts.count > 1 ? parts[1] : [], plusIsSpace: true)
            try require(values.updateValue(value, forKey: name) == nil, "a name is there once")
            try require(isSame(try form.required(name), value), "a field is what was sent for it")
            try require(!value.utf8.contains(0) && !name.contains("["), "neither NUL nor brackets pass")
            again += (again.isEmpty ? "" : "&") + "\(PercentCode.encode(name))=\(PercentCode.encode(value))"
        }
        let reread = try FormBody(Array(again.utf8))
        for (name, value) in values {
            try require(isSame(try reread.required(name), value), "a form is read as it is written")
            if let segment = try? PercentCode.decode(Array(value.utf8)[...], plusIsSpace: false) {
                try require(!segment.utf8.contains(0), "no NUL in a path")
            }
            _ = try? ResetRequest(email: value, kind: values["kind"], locale: values["locale"])
        }
        try require(
            (try? form.required("no such field \(input.count)")) == nil || !values.isEmpty, "nothing is made up")
    }

    /// Against Foundation's reader: what ours takes is JSON, and means the same.
    private static func json(_ input: [UInt8]) throws {
        guard let ours = try? JSONBody(input) else { return }
        let object = try? JSONSerialization.jsonObject(with: Data(input))
        let theirs = try require(object as? [String: Any], "what is taken is one JSON object")
        for (name, value) in theirs {
            switch value {
            case let text as String:
                try require(isSame(try ours.required(name), text), "a member is what was sent for it")
                try require(!text.utf8.contains(0), "no NUL passes")
            case is NSNull: try require((try? ours.required(name)) == nil, "null is missing")
            default: throw Violation("nothing but strings and nulls is taken")
            }
            try require(name.utf8.allSatisfy { $0 < 0x80 && $0 != 0x5B && $0 != 0x5D }, "names are plain ASCII")
        }
    }

    private static let languages = {
        guard let languages = try? Languages() else { preconditionFailure("no languages") }
        return languages
    }()

    private static func wished(_ header: String) throws {
        let tags = AcceptLanguage.tags(header)
        try require(tags.count <= header.utf8.count / 2 + 1, "no more tags than there is room for")
        for tag in tags {
            try require(
                !tag.isEmpty && tag != "*" && !tag.contains(where: { $0 == " " || $0 == "\t" }), "a tag is a word")
        }
        try require(
            languages.tags.contains(languages.best(for: tags).language), "somebody's wish is a language of ours")
        try require(languages.tags.contains(languages.best(for: [header]).language), "a column's wish too")
    }

    private static func forwarded(_ header: String) throws {
        let peer = IPAddress(bits: 0x2001_0db8 << 96 | 1)
        let nobody = ClientAddress.find(peer: .ip(peer), forwarded: [header], trusted: .none)
        try require(nobody == peer, "from a stranger a header counts for nothing")
        let proxies = try TrustedProxies(["2001:db8::/32", "unix"])
        let client = try require(
            ClientAddress.find(peer: .ip(peer), forwarded: [header], trusted: proxies), "somebody asks")
        // Whoever writes on the left of what our proxies append changes nothing.
        let forged = ClientAddress.find(
            peer: .ip(peer), forwarded: ["203.0.113.9, \(header), 198.51.100.1"], trusted: proxies)
        try require(forged?.description == "198.51.100.1", "the last hop that is no proxy of ours is the client")
        try require(
            client == peer || header.utf8.count >= 2, "nobody is made up")
    }
}
