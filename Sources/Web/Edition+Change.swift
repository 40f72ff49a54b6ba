internal import HTTPTypes
internal import PasswordReset
internal import Presentation

/// The pages of changes with the present secret, and of "this was not me".
extension Edition {
    /// - Parameters:
    ///   - login: kept from a post that was refused; secrets never are.
    ///   - refusal: what was wrong with it.
    func change(_ secret: Secret, kind: AccountKind?, login: String, refusal: Refusal? = nil) -> Answer {
        let isPIN = secret == .pin
        var page: [String: any Sendable] = [
            "title": words[isPIN ? .pinTitle : .passwordTitle], "lead": words[isPIN ? .pinLead : .passwordLead],
            "secret": secret.rawValue, "isPIN": isPIN, "choosesKind": !isPIN, "isContact": kind == .contact,
            "login": login, "currentLabel": words[isPIN ? .currentPINLabel : .currentPasswordLabel],
            "newLabel": words[isPIN ? .pinLabel : .passwordLabel],
            "confirmationLabel": words[isPIN ? .pinConfirmationLabel : .confirmationLabel],
            "button": words[isPIN ? .pinButton : .passwordButton],
            "differs": words[isPIN ? .pinConfirmationDiffers : .confirmationDiffers],
            "minimumLength": minimumLength, "refused": refusal != nil,
        ]
        if let refusal, !refusal.violations.isEmpty {
            page["problems"] =
                [
                    "refusedWords": words[isPIN ? .pinRefused : .passwordRefused],
                    "list": refusal.violations.map { words.sentence($0, of: secret) },
                ] as [String: any Sendable]
        } else if let refusal {
            page["alert"] = refusal.texts(in: words).joined(separator: " ")
        }
        var answer = answer(render("change", page), status: refusal?.status ?? .ok)
        if let refusal { answer.headers.append(contentsOf: refusal.headers) }
        return answer
    }

    func changed(_ secret: Secret) -> Answer {
        let (title, text): (Word, Word) =
            secret == .pin ? (.pinDoneTitle, .pinDoneText) : (.doneTitle, .passwordDoneText)
        return answer(render("message", ["title": words[title], "texts": [words[text]]]))
    }

    /// - Parameter locks: whether it is about a change that was made, and not about a link.
    func notMe(token: String, locks: Bool) -> Answer {
        answer(
            render(
                "not_me",
                [
                    "title": words[.notMeTitle], "token": token, "text": words[locks ? .notMeNotice : .notMeLink],
                    "button": words[locks ? .notMeNoticeButton : .notMeLinkButton],
                ]))
    }

    var reported: Answer {
        answer(
            render("message", ["title": words[.notMeDoneTitle], "texts": [words[.notMeDoneText]], "askAnew": true]))
    }
}
