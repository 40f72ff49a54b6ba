@testable import Delivery
@testable import SMTP

extension FuzzTarget {
    /// Whatever the relay's bytes are, from its greeting on.
    static let reply = FuzzTarget(
        "reply", longest: 20_000,
        words: [
            "\r\n", "250-", "250 ", "421 ", "450 4.2.0 ", "354 ", "235 2.7.0 ", "220 ", "PIPELINING", "STARTTLS",
            "SMTPUTF8", "SIZE 1", "8BITMIME", "try again in ", " seconds", "back in 00:05:00", "greylisted for ",
        ]
    ) { input in
        var dice = Dice(input)
        let whole = read(input) { _ in .max }
        try require(read(input) { 1 + dice.roll($0) } == whole, "replies are the same in any pieces")
        if input.count <= 1024 {
            try require(read(input) { _ in 1 } == whole, "replies are the same byte by byte")
        }
        // Thousands of the shortest would take all the time there is.
        for reply in whole.replies.prefix(40) { try judge(reply) }
        for willAuthenticate in [false, true] { try greet(input, willAuthenticate) }
    }

    private struct Reading: Equatable {
        var replies: [Reply] = []
        var fault: ReplyParser.Fault?
        var isEmpty = true
    }

    /// Reads as a conversation does: all that is there, and then more.
    ///
    /// - Parameter most: how many bytes come at once, of so many that are still to come.
    private static func read(_ input: [UInt8], by most: (Int) -> Int) -> Reading {
        var parser = ReplyParser()
        var reading = Reading()
        var rest = input[...]
        do throws(ReplyParser.Fault) {
            while true {
                while let found = try parser.next() { reading.replies.append(parser.reply(found)) }
                if rest.isEmpty { break }
                let wished = most(rest.count)
                var taken = 0
                unsafe parser.receive { room in
                    taken = min(room.count, rest.count, wished)
                    unsafe room.copyBytes(from: rest.prefix(taken))
                    return taken
                }
                // What is full and whole is a fault of its own; no turn is without a byte.
                guard taken > 0 else { preconditionFailure("no room, and no fault") }
                rest = rest.dropFirst(taken)
            }
        } catch {
            reading.fault = error
        }
        reading.isEmpty = parser.isEmpty
        return reading
    }

    private static func judge(_ reply: Reply) throws {
        try require((200...599).contains(reply.code), "a code is from 200 to 599")
        try require(reply.text.hasPrefix("\(reply.code)"), "a text begins with the code")
        try require(reply.text.unicodeScalars.count <= 400, "a text has an end")
        try require(
            reply.text.unicodeScalars.allSatisfy { $0 == " " || !$0.properties.isWhitespace && $0.value > 0x20 },
            "a text is one line")
        for stage in Stage.allCases {
            switch verdict(code: reply.code, enhanced: reply.enhanced, at: stage) {
            case .proceed: try require(reply.code < 400, "a refusal is none to go on with")
            case .refused: try require(reply.code >= 500, "for good is 5xx")
            case .deferred: try require((400..<500).contains(reply.code), "not now is 4xx")
            case .ends: try require(reply.code >= 400, "a session ends by a refusal")
            case .outOfStep: try require(reply.code < 400, "a refusal is never out of step")
            }
        }
        if let enhanced = reply.enhanced {
            try require(EnhancedStatus(beginning: enhanced.description.utf8) == enhanced, "a status is read as written")
        }
        if let hint = RetryHint(reply.text) {
            try require(hint.wait >= .zero && hint.wait < .seconds(100_000 * 3600 * 50), "a wait has an end")
        }
    }

    /// Line by line, as libcurl hands them over.
    private static func greet(_ input: [UInt8], _ willAuthenticate: Bool) throws {
        let handshake = Handshake(mayStartTLS: true, willAuthenticate: willAuthenticate)
        var line: [UInt8] = []
        for byte in input {
            line.append(byte)
            if byte == UInt8(ascii: "\n") {
                handshake.receive(line)
                line = []
            }
        }
        let said = String(decoding: input.map { $0 < 0x80 ? $0 : 0x20 }, as: UTF8.self).uppercased()
        let offered = handshake.capabilities
        for (word, isOffered) in [
            ("PIPELINING", offered.pipelining), ("8BITMIME", offered.eightBitMIME), ("SMTPUTF8", offered.smtpUTF8),
            ("SIZE", offered.size), ("STARTTLS", offered.startTLS),
        ] {
            try require(!isOffered || said.contains(word), "nothing is offered that was not said: \(word)")
        }
        try require(!handshake.hasStartedTLS || said.contains("STARTTLS"), "TLS begins by STARTTLS")
        try require(
            !handshake.hasAuthenticated || willAuthenticate && said.contains("235"), "235 alone is a success of AUTH")
    }
}
