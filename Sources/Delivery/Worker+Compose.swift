import NIOConcurrencyHelpers
import PasswordReset

extension Worker {
    /// Mints and composes what was claimed, batch by batch, and lays it out for the sessions, until nothing more is claimed.
    /// What cannot become a mail is settled like an outcome.
    func composeClaimed() async {
        for await (requests, epoch) in claims {
            shelf.add(compose(requests, epoch: epoch))
            // Claimed before a gap, or before the relay went away: a probe goes alone.
            let isTooMany = requests.count > 1 && breaker.withLockedValue { $0.isOpen }
            if session.epoch != epoch || isTooMany { giveBackShelf() }
            await courier.dispatch()
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

    /// Nothing that no session has taken is ours any longer.
    func giveBackShelf() {
        for request in shelf.clear() { outcomes.add(request.lease, .givenBack) }
    }
}
