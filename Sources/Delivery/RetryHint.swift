/// "Try again in 300 seconds": greylisting relays say in words when they will take a mail. Coming earlier costs a try,
/// and believing a time that was no invitation costs minutes, so the words before it must invite or say greylisting.
struct RetryHint {
    let wait: Duration

    /// Nil when the reply names no time. A number without a unit is no time: it may be a code or an address.
    init?(_ reply: String?) {
        guard let reply else { return nil }
        let words = reply.lowercased()
        // milter-greylist's form. A time of day would stand after "at" or "until".
        if let clock = words.firstMatch(
            of: /\bback\s+in\s+(?<h>[0-9]{2}):(?<m>[0-5][0-9]):(?<s>[0-5][0-9])(?![0-9a-z:])/),
            let hours = Int64(clock.h), let minutes = Int64(clock.m), let seconds = Int64(clock.s)
        {
            wait = .seconds(hours * 3600 + minutes * 60 + seconds)
            return
        }
        guard let match = words.firstMatch(of: RetryHint.phrase) else { return nil }
        // "5 minutes 30 seconds", "4m59s": all parts count.
        wait = .seconds(
            match.span.matches(of: /(?<number>[0-9]{1,5})\s*(?<unit>[smh])/).reduce(0) { sum, part in
                sum + (Int64(part.number) ?? 0) * (part.unit == "s" ? 1 : part.unit == "m" ? 60 : 3600)
            })
    }

    /// An invitation, at most a few words, then a time with its unit; neither a number nor the end of a clause between.
    private static var phrase: Regex<(Substring, span: Substring)> {
        #/
        (?:
            \b (?: again | try | retry | retrying | back | send | resend | wait | accepted | delayed | deferred
                | blocked | rejected | unavailable | gr[ae]y-?list(?:ed|ing)? ) \b
            [^0-9.;]{0,40}? \b (?: in | after | for )
            | \b wait
        )
        \s+ (?: (?: at\s+least | about | another ) \s+ )?
        (?<span>
            [0-9]{1,5} \s* (?: s(?:ecs?|econds?)? | m(?:ins?|inutes?)? | h(?:rs?|ours?)? )
            (?: (?: ,? \s* (?: and \s+ )? )
                [0-9]{1,5} \s* (?: s(?:ecs?|econds?)? | m(?:ins?|inutes?)? | h(?:rs?|ours?)? ) )*
        ) \b
        /#
    }
}
