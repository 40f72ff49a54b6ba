internal import PasswordReset

/// The pages of changes with the present secret, and of "this was not me".
extension Pages {
    /// - Parameters:
    ///   - login: kept from a post that was refused; secrets never are.
    ///   - refusal: what was wrong with it.
    func change(_ secret: Secret, kind: AccountKind?, login: String, refusal: Refusal?) -> String {
        let isPIN = secret == .pin
        var page: [String: any Sendable] = [
            "title": words[isPIN ? .pinTitle : .passwordTitle], "lead": words[isPIN ? .pinLead : .passwordLead],
            "secret": secret.rawValue, "isPIN": isPIN, "choosesKind": !isPIN, "isContact": kind == .contact,
            "login": login, "currentLabel": words[isPIN ? .currentPINLabel : .currentPasswordLabel],
            "newLabel": words[isPIN ? .pinLabel : .passwordLabel],
            "confirmationLabel": words[isPIN ? .pinConfirmationLabel : .confirmationLabel],
            "button": words[isPIN ? .pinButton : .passwordButton], "refused": refusal != nil,
        ]
        if let refusal, !refusal.violations.isEmpty {
            page["problems"] =
                [
                    "refusedWords": words[isPIN ? .pinRefused : .passwordRefused],
                    "list": refusal.violations.map { words.sentence($0) },
                ] as [String: any Sendable]
        } else if let refusal {
            page["alert"] = words[refusal.word]
        }
        return render("change", page)
    }

    func changed(_ secret: Secret) -> String {
        let (title, text): (Word, Word) =
            secret == .pin ? (.pinDoneTitle, .pinDoneText) : (.passwordDoneTitle, .passwordDoneText)
        return render("message", ["title": words[title], "texts": [words[text]]])
    }

    /// - Parameter locks: whether it is about a change that was made, and not about a link.
    func notMe(token: String, locks: Bool) -> String {
        render(
            "not_me",
            [
                "title": words[.notMeTitle], "token": token, "text": words[locks ? .notMeNotice : .notMeLink],
                "button": words[locks ? .notMeNoticeButton : .notMeLinkButton],
            ])
    }

    var reported: String {
        render("message", ["title": words[.notMeDoneTitle], "texts": [words[.notMeDoneText]], "askAnew": true])
    }
}
