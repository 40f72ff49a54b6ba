import Glibc

@testable import Delivery
@testable import SMTP
@testable import Web
@testable import resetd

extension FuzzTarget {
    /// Addresses as directories have them, the sender's, those of IP, and how all of them are hidden in a log.
    static let address = FuzzTarget("address", longest: 400, words: ["xn--", "::ffff:", "@[", "<", "\u{FF20}"]) {
        input in
        let text = String(decoding: input, as: UTF8.self)
        try mailbox(text)
        try sender(text)
        try hidden(text)
        try ip(text)
    }

    private static func mailbox(_ text: String) throws {
        let mailbox = try? Mailbox(text)
        // A margin makes it the long way round; what is judged quickly must be judged alike.
        let slowly = try? Mailbox(" \(text)")
        try require(mailbox == slowly, "a margin of spaces is no part of an address")
        guard let mailbox else { return }
        let wire = mailbox.wire
        let isQuoted = wire.utf8.first == UInt8(ascii: "\"")
        try require(try isQuoted || Mailbox(wire) == mailbox, "a wire form is its own wire form")
        try require(
            wire.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"<>,;".utf8.contains($0) }, "nothing ends a command")
        let read = try AddressHeader("<\(wire)>").address
        try require(isSame(read, isQuoted ? read : wire), "a reader of the grammar reads the same")
        let stored = text.utf8.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }.prefix { $0 != UInt8(ascii: "@") }
        try require(read.utf8.prefix(stored.count).elementsEqual(stored), "a local part is the stored one")
        let parts = wire.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        try require(parts.count == 2, "one local part, one domain")
        try require((1...64).contains(stored.count) && parts[1].count <= 255, "no part is too long")
        try require(parts[1].allSatisfy { $0 < 0x80 }, "a domain goes out as A-labels")
        try require(mailbox.needsSMTPUTF8 == !parts[0].allSatisfy { $0 < 0x80 }, "beyond ASCII it needs SMTPUTF8")
        let labels = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        try require(labels.count >= 2 && labels.allSatisfy { !$0.isEmpty }, "two labels at least, and none empty")
    }

    /// `mail.from`: what it makes of a text is one mailbox in a header, with the name that was meant.
    private static func sender(_ text: String) throws {
        guard let sender = try? Sender(text) else { return }
        let header = HeaderText.mailbox(sender.name, sender.mailbox.wire)
        let reading = try AddressHeader(header)
        let address = try AddressHeader("<\(sender.mailbox.wire)>").address
        try require(isSame(reading.address, address), "the header names the sender's address")
        try require(try Sender("\(sender.name) <\(address)>").mailbox == sender.mailbox, "it reads itself")
        try require(!sender.domain.isEmpty, "a Message-ID has a domain")
    }

    private static func hidden(_ text: String) throws {
        let masked = AddressMask.hide(in: text)
        var last: Unicode.Scalar = " "
        for scalar in masked.unicodeScalars {
            let isShown = scalar == "@" && !"•@<>()[]{},;\"'".unicodeScalars.contains(last)
            try require(!isShown || last.properties.isWhitespace || last.value <= 0x20, "nothing is shown before an @")
            last = scalar
        }
        let alone = AddressMask.hide(address: text)
        let shown = alone.unicodeScalars.prefix { $0 != "•" }
        try require(shown.count <= 1, "of an address its first letter is shown")
        guard let mailbox = try? Mailbox(text), !mailbox.wire.contains("•") else { return }
        let local = try AddressHeader("<\(mailbox.wire)>").address.prefix { $0 != "@" }
        guard local.unicodeScalars.count > 1 else { return }
        try require(!masked.contains("\(local)@"), "the local part is hidden in a text")
        try require(!alone.contains("\(local)@"), "the local part is hidden")
        let quoted = AddressMask.hide(in: "<\(mailbox.wire)>").prefix { $0 != "@" }
        let isFirstLetter = local.unicodeScalars.drop { "()[]{}'".unicodeScalars.contains($0) }.count <= 1
        try require(isFirstLetter || !quoted.contains(local), "the local part is hidden in a relay's words")
    }

    /// Against inet_pton(3), which is as strict as we want to be.
    private static func ip(_ text: String) throws {
        guard !text.utf8.contains(0) else { return }
        let address = IPAddress(text)
        var four = in_addr()
        var six = in6_addr()
        let isAddress = unsafe inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1
        try require((address != nil) == isAddress, "an address is what inet_pton says")
        guard let address else { return }
        try require(IPAddress(address.description) == address, "an address is read as it is written")
        try require(address.client.client == address.client, "a client is its own client")
        try require(try TrustedProxies([text]).contains(address), "an address is a network of one")
    }
}
