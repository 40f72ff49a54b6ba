import PasswordReset
import Presentation

/// What one notice says and another does not.
struct NoticeWords {
    let title: Word
    let happened: Word

    /// Nil for what is no notice.
    init?(_ purpose: Purpose) {
        switch purpose {
        case .resetLink: return nil
        case .passwordChanged: (title, happened) = (.passwordChangedTitle, .passwordChanged)
        case .pinChanged: (title, happened) = (.pinChangedTitle, .pinChanged)
        case .loginChanged: (title, happened) = (.loginChangedTitle, .loginChanged)
        case .addressChanged: (title, happened) = (.addressChangedTitle, .addressChanged)
        case .addressRemoved: (title, happened) = (.addressChangedTitle, .addressRemoved)
        }
    }
}
