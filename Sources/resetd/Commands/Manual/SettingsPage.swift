/// resetd.yaml(5), from the one list of keys.
enum SettingsPage {
    static var text: String {
        var page = Roff("resetd.yaml", section: 5, "settings of resetd")
        page.heading("Synopsis")
        page.line(Roff.bold(SettingsFile.defaultPath))
        page.heading("Description")
        page.paragraphs(
            """
            Settings in YAML, read from \(SettingsFile.defaultPath) or from the file that --config names. Each is also a \
            variable of the environment, which beats the folder of credentials ($CREDENTIALS_DIRECTORY), which beats \
            the file. A key that is not listed here is an error, and so is a value that cannot be read; an empty one is \
            as good as none. Durations are a number and ms, s, m, h or d.

            Secrets are better kept out of this file: a file of the credentials folder gives one, and bears its name with \
            a hyphen for the dot, such as smtp-password.

            A command asks only for the settings that it uses. SIGHUP (systemctl reload resetd) reads the key ring, limits, \
            the worker's times, templates and the log level anew; everything else takes a restart.
            """)
        page.heading("Settings")
        var section = ""
        for key in SettingKey.all {
            if key.section != section {
                section = key.section
                page.subheading(section)
            }
            page.entry(
                "\(Roff.bold(key.name)) (\(Roff.plain(key.variable)))", key.meaning,
                (key.fallback.map { "Default: \($0)." } ?? "") + (key.isSecret ? "A secret." : ""))
        }
        page.heading("Example")
        page.line(".nf")
        page.line(
            """
            smtp:
              url: smtp://relay.example.org:587
            mail:
              from: Example Support <support@example.org>
            link:
              base: https://account.example.org
              keysFile: /etc/credstore/resetd.link\\-keys
            """)
        page.line(".fi")
        page.heading("See also")
        page.line("\(Roff.bold("resetd"))(1)")
        return page.text
    }
}

extension SettingKey {
    fileprivate var section: String { String(name.prefix { $0 != "." }) }
}
