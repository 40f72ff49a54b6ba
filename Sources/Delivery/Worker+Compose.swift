import Logging
import NIOConcurrencyHelpers
import PasswordReset

extension Worker {
    /// Mints and composes what was claimed, batch by batch, and lays it out for the sessions, until nothing more is claimed.
    /// What cannot become a mail is settled like an outcome.
    func composeClaimed() async {
        for await (requests, epoch) in claims {
            let mails = compose(requests, epoch: epoch)
            if let shadow {
                keep(mails, in: shadow)
            } else {
                shelf.add(mails)
                // Claimed before a gap, or before the relay went away: a probe goes alone.
                let isTooMany = requests.count > 1 && breaker.withLockedValue { $0.isOpen }
                if session.epoch != epoch || isTooMany { giveBackShelf() }
                await courier.dispatch()
            }
            composingLives()
        }
    }

    private func compose(_ requests: [ClaimedRequest], epoch: Int) -> [ComposedMail] {
        var mails: [ComposedMail] = []
        mails.reserveCapacity(requests.count)
        let (settings, composer) = (control.settings, control.composer)
        for request in requests {
            guard let minted = MintedRequest.minting(request, keys: settings.keys, base: settings.linkBase) else {
                outcomes.add(request.lease, .givenBack)
                continue
            }
            do throws(Composer.Unfit) {
                mails.append(try composer.compose(minted, epoch: epoch))
            } catch {
                outcomes.add(request.lease, error == .address ? .unfitAddress : .unknownPurpose)
            }
        }
        return mails
    }

    /// Writes mails to files, where that is all that becomes of them.
    private func keep(_ mails: [ComposedMail], in shadow: ShadowFolder) {
        var failure: ShadowFolderError?
        for mail in mails {
            guard session.isCurrent(epoch: mail.epoch) else {
                outcomes.add(mail.request.lease, .givenBack)
                continue
            }
            do throws(ShadowFolderError) {
                try shadow.write(mail)
                outcomes.add(mail.request.lease, .shadowed)
            } catch {
                failure = error
                outcomes.add(mail.request.lease, .unwritten)
            }
        }
        if let failure {
            logger.error(
                "mails cannot be written to the shadow folder; trying again", metadata: ["error": "\(failure)"])
        }
    }

    /// Nothing that no session has taken is ours any longer.
    func giveBackShelf() {
        for request in shelf.clear() { outcomes.add(request.lease, .givenBack) }
    }
}
