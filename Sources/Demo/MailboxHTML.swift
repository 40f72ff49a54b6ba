/// The pages of the mailbox.
enum MailboxHTML {
    private static let style: HTML = """
        :root { color-scheme: light dark;
          --line: #d8dce2; --quiet: #5a6472; --back: #f6f7f9; --card: #fff; --link: #0b57d0 }
        @media (prefers-color-scheme: dark) {
          :root { --line: #3a414c; --quiet: #a3adba; --back: #14171b; --card: #1d2127; --link: #8ab4f8 }
        }
        * { box-sizing: border-box }
        body { margin: 0; background: var(--back); font: 16px/1.5 system-ui, sans-serif }
        main { max-width: 50rem; margin: 0 auto; padding: 1rem }
        h1 { font-size: 1.4rem; margin: .5rem 0; overflow-wrap: anywhere }
        a { color: var(--link) }
        .quiet { color: var(--quiet); font-size: .9rem }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem;
          margin: 1rem 0 }
        ul.card { list-style: none; padding: 0 }
        ul.card li + li { border-top: 1px solid var(--line) }
        ul.card a { display: block; padding: .75rem 1rem; color: inherit; text-decoration: none;
          overflow-wrap: anywhere }
        ul.card a:hover, ul.card a:focus-visible { background: var(--back) }
        ul.card strong { display: block }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: 0 }
        dt { color: var(--quiet) }
        dd { margin: 0; overflow-wrap: anywhere }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; font: .9rem/1.5 ui-monospace, monospace }
        iframe { width: 100%; height: 34rem; border: 1px solid var(--line); border-radius: .6rem; background: #fff }
        .button { display: inline-block; padding: .6rem 1.1rem; border-radius: .5rem; background: #0b57d0; color: #fff;
          text-decoration: none; font-weight: 600 }
        """

    /// What keeps the list up to date: it leaves focus and reader where they are, as a refresh of the page does not.
    static let script = """
        "use strict";
        setInterval(async () => {
          const answer = await fetch("/").catch(() => null);
          if (!answer?.ok) return;
          const news = new DOMParser().parseFromString(await answer.text(), "text/html");
          for (const part of document.querySelectorAll("[data-live]")) {
            const fresh = news.getElementById(part.id);
            if (part.innerHTML === fresh.innerHTML) continue;
            const focused = part.contains(document.activeElement) && document.activeElement.getAttribute("href");
            part.replaceChildren(...fresh.childNodes);
            if (focused) part.querySelector(`a[href="${focused}"]`)?.focus();
          }
        }, 2000);

        """

    /// The list, newest first; it looks for mail by itself, without scripts by being loaded anew.
    static func list(_ mails: [ReceivedMail], count: Int, forgotPage: String, now: ContinuousClock.Instant) -> HTML {
        let items = mails.map { mail -> HTML in
            """
            <li><a href="/mail/\(mail.number)"><strong>\(mail.message.header("Subject"))</strong>
            <span class="quiet">to \(mail.recipients.joined(separator: ", ")), \(age(mail, now))</span></a></li>
            """
        }
        let content: HTML =
            items.isEmpty
            ? """
            <p class="card">No mail yet. Ask for a link with one of the addresses that the terminal shows; this page
            looks for mail by itself.</p>
            """
            : "<ul class=\"card\">\(HTML(items))</ul>"
        return page(
            "Mailbox",
            live: """
                <script defer src="/live.js"></script>
                <noscript><meta http-equiv="refresh" content="4"></noscript>
                """,
            """
            <h1>Mailbox</h1>
            <p class="quiet"><span id="count" data-live role="status">\(count) \(count == 1 ? "mail" : "mails") so \
            far.</span> <a href="\(forgotPage)">Ask for a reset link</a></p>
            <div id="mails" data-live>\(content)</div>
            """)
    }

    /// One mail: the link, the HTML part in a frame that can run nothing, the text part.
    static func mail(_ mail: ReceivedMail, linkBase: String, now: ContinuousClock.Instant) -> HTML {
        let message = mail.message
        let link = message.link(beginning: linkBase)
        let button: HTML = link.map { "<p><a class=\"button\" href=\"\($0)\">Open the link of this mail</a></p>" } ?? ""
        let frame: HTML =
            message.html.isEmpty
            ? ""
            : """
            <h2 class="quiet">HTML part</h2>
            <iframe title="HTML part of the mail" src="/mail/\(mail.number)/html"
            sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>
            """
        return page(
            message.header("Subject"),
            """
            <p><a href="/">← all mails</a></p>
            <h1>\(message.header("Subject"))</h1>
            <dl class="card"><dt>From</dt><dd>\(message.header("From"))</dd><dt>To</dt><dd>\(message.header("To"))</dd>
            <dt>Envelope</dt><dd>\(mail.sender) → \(mail.recipients.joined(separator: ", "))</dd>
            <dt>Came</dt><dd>\(age(mail, now))</dd></dl>
            \(button)
            \(frame)
            <h2 class="quiet">Text part</h2>
            <div class="card"><pre>\(linked(message.text, linkBase: linkBase))</pre></div>
            <p><a href="/mail/\(mail.number)/html">HTML part by itself</a>, <a
            href="/mail/\(mail.number)/source">source</a></p>
            """)
    }

    /// What stands where nothing is.
    static let notFound = page(
        "Not found",
        """
        <h1>Not found</h1><p>The mailbox keeps the last \(Mailbox.capacity) mails. <a href="/">All mails</a></p>
        """)

    /// A line that is a link of ours can be clicked.
    private static func linked(_ text: String, linkBase: String) -> HTML {
        HTML(
            text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init).map { line in
                line.hasPrefix(linkBase) && !line.contains(" ") ? "<a href=\"\(line)\">\(line)</a>\n" : "\(line)\n"
            })
    }

    private static func age(_ mail: ReceivedMail, _ now: ContinuousClock.Instant) -> String {
        let seconds = (now - mail.arrivedAt).components.seconds
        switch seconds {
        case ..<2: return "just now"
        case ..<120: return "\(seconds) s ago"
        default: return "\(seconds / 60) min ago"
        }
    }

    private static func page(_ title: String, live: HTML = "", _ content: HTML) -> HTML {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8">\(live)
        <meta name="viewport" content="width=device-width, initial-scale=1"><title>\(title)</title>
        <style>\(style)</style></head><body><main>
        \(content)
        </main></body></html>

        """
    }
}
