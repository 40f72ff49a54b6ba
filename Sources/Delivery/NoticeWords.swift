import PasswordReset

/// What one notice says and another does not.
struct NoticeWords {
    let title: String
    let happened: String

    /// Nil for what is no notice.
    init?(_ purpose: Purpose) {
        switch purpose {
        case .resetLink: return nil
        case .passwordChanged:
            title = "Your password was changed"
            happened = "The password of your account has just been changed."
        case .pinChanged:
            title = "Your PIN was changed"
            happened = "The PIN of your account has just been changed."
        case .loginChanged:
            title = "Your login ID was changed"
            happened = "The login ID of your account has just been changed."
        case .addressChanged:
            title = "Your email address was changed"
            happened =
                "The email address of your account has been changed: mail about it comes to this address from now on."
        case .addressRemoved:
            title = "Your email address was changed"
            happened = "The email address of your account has been changed: this address is not used for it any more."
        }
    }
}
