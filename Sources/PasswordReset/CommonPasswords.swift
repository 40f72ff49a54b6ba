/// The words that people choose first, and the ways along a keyboard that fingers find by themselves.
///
/// Together with the habits in ``Guess`` they stand for many thousand passwords. Lower case.
enum CommonPasswords {
    static let stems: Set<String> = Set(
        """
        password passwort passord pass passw passwd parola motdepasse contrasena senha wachtwoord haslo heslo salasana
        secret topsecret secure security admin administrator root toor user guest test testing tester temp temporary
        demo default login logon signin access enter welcome letmein letme openup changeme changeit change newpassword
        mypassword mypass mypasswd yourpassword password one thisismypassword password123 passpass passphrase pa55word
        iloveyou iloveu ilovehim iloveher ilovegod ilovemyself iloveme loveyou loveme love lover lovely lovers
        forever foreverlove babygirl babyboy baby princess prince queen king angel angels angela sunshine sunflower
        rainbow butterfly flower flowers rose roses star stars starlight moonlight moon sun summer winter spring autumn
        january february march april june july august september october november december monday tuesday wednesday
        thursday friday saturday sunday today tomorrow yesterday christmas birthday holiday vacation
        monkey dragon tiger lion eagle falcon hawk wolf bear panda puppy kitty kitten cat dog doggy horse pony unicorn
        dolphin shark turtle rabbit bunny chicken turkey spider snake phoenix mustang jaguar panther cobra bulldog
        football baseball basketball soccer hockey tennis golf golfer cricket rugby volleyball swimming running fishing
        hunter hunting ranger rangers yankees cowboys steelers lakers bulls eagles packers raiders giants liverpool
        arsenal chelsea barcelona manchester juventus realmadrid manutd everton celtic newyork london paris berlin
        sydney melbourne auckland wellington newzealand australia america canada england scotland ireland germany
        france italy spain mexico brazil texas florida california boston chicago dallas houston denver
        master shadow superman batman spiderman ironman wonderwoman captain hero superhero starwars startrek jedi
        yoda vader matrix pokemon pikachu naruto sasuke sonic mario zelda minecraft fortnite roblox warcraft counter
        playstation nintendo xbox gamer games gaming player killer hacker ninja samurai warrior soldier knight wizard
        merlin gandalf hobbit harrypotter potter hermione hogwarts gryffindor disney mickey minnie tinkerbell snoopy
        garfield scooby scoobydoo barney elmo hellokitty
        michael michelle jennifer jessica ashley amanda daniel david andrew anthony matthew joshua christopher
        christian christina charlie charles thomas robert richard william james john joseph jordan justin brandon
        brian kevin jason nicole samantha elizabeth stephanie heather melissa rebecca rachel sarah hannah emily emma
        olivia sophia sophie isabella alexander alexandra alexis andrea anna maria martin peter patrick george
        benjamin jackson jonathan nathan nicholas oliver oscar samuel steven taylor tyler victoria vanessa natasha
        maggie lucky ginger pepper buster bailey buddy sammy rocky max maxwell molly daisy lola bella coco cookie
        chocolate cheese banana apple orange lemon cherry strawberry peaches candy sugar honey cupcake coffee pizza
        beer whiskey vodka tequila corona budweiser guinness
        computer laptop internet network server system windows microsoft google facebook twitter instagram youtube
        whatsapp linkedin yahoo hotmail gmail email mail iphone samsung android apple macbook oracle cisco intel linux
        ubuntu debian database mysql postgres office work business company manager money dollar bank account
        mercedes ferrari porsche toyota honda yamaha suzuki kawasaki nissan corvette camaro harley mazda subaru audi
        bmw volkswagen ford chevy chevrolet
        trustno one trustnoone trustno1 nothing something anything whatever whoever everything nobody somebody
        freedom liberty peace hope faith grace heaven jesus jesuschrist christ god godisgood lord blessed bless
        amen church family mother father mommy daddy mom dad sister brother friend friends friendship bestfriend
        beautiful pretty gorgeous sexy hottie cutie cute sweet sweetie sweetheart darling honeybunny
        happy happiness smile smiley sad crazy insane psycho devil demon satan lucifer hell hellfire
        fuck fuckyou fuckoff fucker shit bullshit asshole bitch pussy dick cock penis boobs tits porn sex
        abc abcd abcdef abcabc qwerty qwertz azerty qwert asdf asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc
        qwaszx wasd poiuy poiuytrewq lkjhgf mnbvcxz asdfjkl aaaa zzzz xxxx
        hello hellohello helloworld hallo hola bonjour goodbye goodmorning goodnight thankyou thanks please
        metallica nirvana slipknot eminem tupac beatles elvis madonna rihanna beyonce bieber justinbieber onedirection
        greenday linkinpark acdc ironmaiden blink182 guitar drummer music musica dance dancer singer rockstar rock
        jasmine jasper diamond silver golden gold platinum crystal emerald ruby sapphire pearl
        purple yellow green black white blue red pink orange brown gray grey
        fire water earth wind storm thunder lightning snow rain ice icecream mountain river ocean island beach
        blackberry internet cocacola coca pepsi snickers nutella
        mobile phone telephone number digital electric magic magical mystery miracle destiny dream dreamer dreams
        legend legendary power powerful energy turbo speed racing racer driver biker bigdaddy bigboy bigdog
        badboy badgirl goodboy goodgirl bigboss boss chief captain doctor nurse teacher student school college
        university teachers english spanish french german italian chinese japanese
        timetrak portal professional contact client support helpdesk service reset resetd resetpassword forgot
        forgotpassword iforgot remember idontknow dontknow noidea nopassword none null void undefined blank empty
        sample example correcthorsebatterystaple correct horse battery staple one two three four five six seven eight
        onetwothree godzilla goldfish sparky samsam tigger winnie pooh
        chris alex mike nick steve dave andy tony johnny jimmy bobby billy tommy eddie frank harry jack joe josh
        my the you me is and your
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    /// Each in both directions; rings are written round twice, so that a run may pass the end.
    static let walks: [[Character]] = [
        "12345678901234567890", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "0123456789",
        "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "1qazxsw23edcvfr45tgbnhy6", "qazwsxedcrfvtgbyhnujmikolp",
        "q1w2e3r4t5y6u7i8o9p0", "1q2w3e4r5t6y7u8i9o0p", "qweasdzxc", "qwerasdfzxcv", "zaq1xsw2cde3vfr4bgt5nhy6mju7",
        "147258369", "159357", "741852963", "789456123", "a1b2c3d4e5f6g7h8i9j0", "1a2b3c4d5e6f7g8h9i0j",
        "!@#$%^&*()", "1!2@3#4$5%6^7&8*9(0)", "qawsedrftgyhujikolp",
    ].flatMap { [Array($0), Array($0.reversed())] }
}
