/// The server's side of SMTP (RFC 5321) for a mailbox that takes everything: bytes in, replies and mails out.
///
/// A pure state machine, so that it can be read and tried without a socket. It takes commands that arrive together
/// (PIPELINING, RFC 2920) one by one, and answers each.
struct SMTPConversation: Sendable {
    /// What the connection has to do next.
    enum Event: Sendable, Equatable {
        /// A line to send; CRLF is not in it.
        case reply(String)
        /// A whole mail; its reply follows as an event of its own.
        case mail(sender: String, recipients: [String], source: [UInt8])
        /// Nothing more is to be read.
        case close
    }

    /// The largest mail, as the greeting says.
    static let largestMail = 10 << 20
    private static let longestLine = 4096

    private var line: [UInt8] = []
    private var sender: String?
    private var recipients: [String] = []
    private var source: [UInt8]?
    private var isTooLarge = false

    /// The first line of the conversation.
    static let greeting = "220 demo.example.org ESMTP mailbox of the demonstration"

    /// Takes bytes as they came, in pieces of any size.
    mutating func receive(_ bytes: some Sequence<UInt8>) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            line.append(byte)
            if byte == UInt8(ascii: "\n"), line.suffix(2).first == UInt8(ascii: "\r") {
                let whole = line.dropLast(2)
                line.removeAll(keepingCapacity: true)
                if source == nil {
                    events += command(String(decoding: whole, as: UTF8.self))
                } else {
                    events += text(whole)
                }
                if events.last == .close { return events }
            } else if source == nil, line.count > Self.longestLine {
                return events + [.reply("500 5.5.2 line too long"), .close]
            } else if line.count > Self.largestMail {
                return events + [.reply("552 5.3.4 line too long"), .close]
            }
        }
        return events
    }

    private mutating func command(_ line: String) -> [Event] {
        let verb = line.prefix { $0 != " " }.uppercased()
        switch verb {
        case "EHLO":
            reset()
            return [
                "250-demo.example.org", "250-PIPELINING", "250-8BITMIME", "250-ENHANCEDSTATUSCODES",
                "250 SIZE \(Self.largestMail)",
            ].map(Event.reply)
        case "HELO":
            reset()
            return [.reply("250 demo.example.org")]
        case "MAIL":
            guard sender == nil else { return [.reply("503 5.5.1 one mail at a time")] }
            guard let path = Self.path(line, after: "FROM:") else { return [.reply("501 5.5.4 MAIL FROM:<address>")] }
            sender = path
            return [.reply("250 2.1.0 sender taken")]
        case "RCPT":
            guard sender != nil else { return [.reply("503 5.5.1 MAIL first")] }
            guard let path = Self.path(line, after: "TO:"), path.contains("@") else {
                return [.reply("501 5.1.3 RCPT TO:<address>")]
            }
            recipients.append(path)
            return [.reply("250 2.1.5 recipient taken")]
        case "DATA":
            guard sender != nil, !recipients.isEmpty else { return [.reply("503 5.5.1 RCPT first")] }
            source = []
            return [.reply("354 go on, end with a dot")]
        case "RSET":
            reset()
            return [.reply("250 2.0.0 forgotten")]
        case "NOOP": return [.reply("250 2.0.0 here")]
        case "VRFY": return [.reply("252 2.5.2 try it")]
        case "QUIT": return [.reply("221 2.0.0 bye"), .close]
        default: return [.reply("500 5.5.2 not understood")]
        }
    }

    private mutating func text(_ line: ArraySlice<UInt8>) -> [Event] {
        let dot = UInt8(ascii: ".")
        guard line != [dot] else {
            defer { reset() }
            guard !isTooLarge else { return [.reply("552 5.3.4 the mail is too large")] }
            let mail = Event.mail(sender: sender ?? "", recipients: recipients, source: source ?? [])
            return [mail, .reply("250 2.0.0 kept")]
        }
        // RFC 5321, section 4.5.2: a dot at the head of a line was doubled.
        source?.append(contentsOf: line.first == dot ? line.dropFirst() : line)
        source?.append(contentsOf: [13, 10])
        if (source?.count ?? 0) > Self.largestMail {
            isTooLarge = true
            source = []
        }
        return []
    }

    private mutating func reset() {
        sender = nil
        recipients = []
        source = nil
        isTooLarge = false
    }

    /// What stands between the angle brackets; parameters after them are ignored.
    private static func path(_ line: String, after keyword: String) -> String? {
        let rest = line.drop { $0 != " " }.drop { $0 == " " }
        guard rest.uppercased().hasPrefix(keyword) else { return nil }
        let path = rest.dropFirst(keyword.count).drop { $0 == " " }
        guard path.first == "<", let end = path.lastIndex(of: ">") else { return nil }
        return String(path[path.index(after: path.startIndex)..<end])
    }
}
