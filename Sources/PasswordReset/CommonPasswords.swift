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
        ilove ihate ilike imiss iam iamthe mynameis passwordis mypasswordis thisis welcometo welcomehome welcomeback
        mylove mylife myfamily mybaby myangel mysweet mydog mycat myson mydaughter mywife myhusband ihateyou imissyou
        leavemealone kissme marryme nevermind neverforget nevergiveup dontforget dontworry opensesame abracadabra
        hakunamatata carpediem livelaughlove godislove jesuslovesme ingodwetrust thankgod loveme lovesme
        tequiero tequieromucho teamo teamomucho miamor tiamo jetaime monamour ichliebedich ichliebdich liebe schatz
        kochamcie ikhouvanjou eutea euteamo seniseviyorum mahalkita aishiteru saranghae
        kennwort geheim passwort1 contraseña clave adgangskode lösenord пароль привет любовь солнышко
        finalfantasy callofduty counterstrike grandtheftauto worldofwarcraft leagueoflegends lordoftherings starcraft
        needforspeed assassinscreed residentevil metalgear mortalkombat streetfighter halflife silenthill
        transformers terminator supernatural gameofthrones breakingbad walkingdead simpsons southpark spongebob
        familyguy jamesbond indianajones jurassicpark backtothefuture startrek babylon vampire vampires werewolf zombie
        hannahmontana avrillavigne michaeljackson backstreet jonasbrothers pinkfloyd ledzeppelin rollingstones queenbee
        peanutbutter gingerbread cheesecake marshmallow watermelon pineapple strawberries blueberry raspberry
        cookiemonster milkshake hamburger popcorn
        manchesterunited manchestercity newcastle birmingham edinburgh glasgow dublin neworleans losangeles sanfrancisco
        lasvegas washington philadelphia amsterdam stockholm moscow istanbul tokyo singapore hongkong christchurch
        hamilton dunedin tauranga brisbane adelaide allblacks crusaders hurricanes
        sonyericsson volleyballer motorola nokia gibson fender stratocaster lespaul
        international cosmopolitan professional information communication technology management development production
        accounting accountant reception warehouse
        sebastian gabriel gabriella isabel adam aaron alan albert alfred alice alison amelia amber andre angelina annie
        anita anne antonio arthur audrey barbara beatrice bernard beverly brandy brenda bruce bryan camille carlos carmen
        carol caroline catherine charlotte chloe claire claudia colin connor craig cynthia danielle deborah dennis derek
        diana dominic donald donna douglas dylan edward eleanor ellen emilia eric erica ethan evelyn fabian felix fiona
        francis francisco frederick gareth geoffrey gerald giovanni gloria gordon graham gregory harold harriet harvey
        helen henry howard hugo irene jacob jacqueline jade jamie jane janet jeffrey jeremy jerome jesse jill joanna
        jorge josephine juan judith julia julian julie karen katherine kathleen katie keith kelly kenneth kimberly kyle
        laura lauren lawrence leonard leonardo liam linda lindsay logan louis louise lucas lucy luis luke marcel marcus
        margaret marie marina mario marion mark marlene martha martina mary mateo maurice melanie miguel monica morgan
        natalie neil nina noah norman pamela patricia paul paula pauline pedro philip phoebe rafael ralph raymond
        roberto roger roland ronald rosemary russell sabrina sandra scott sharon shaun sheila shirley simon stanley
        stella stewart stuart susan sylvia tamara tanya teresa theodore theresa timothy tracey travis valentina valerie
        veronica vincent vivian walter wendy wesley wilfred xavier yolanda yvonne zachary
        light fallen combat modern combatant total start admins mega super hyper ultra best cool awesome amazing perfect
        sonnenschein kartoffel schokolade fussball soleil chocolat bonheur famille etoile amour doudou loulou
        sol luna corazon estrella mariposa princesa familia futbol campeon gatito amore stella bella ciao juve roma
        kochanie misiek haslo123 polska lublu krasotka zaika
        chris alex mike nick steve dave andy tony johnny jimmy bobby billy tommy eddie frank harry jack joe josh
        my the you me is and your
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    /// Each in both directions; rings are written round twice, so that a run may pass the end.
    static let walks: [[Character]] = [
        "12345678901234567890", "01234567890123456789", "123456789101112131415161718192021222324252627282930",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "1234567890-=", "100200300400500600700800900",
        "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./", "qwertzuiopü+", "asdfghjklöä#", "yxcvbnm,.-", "azertyuiop",
        "qsdfghjklm", "wxcvbn", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю",
        "!@#$%^&*()_+", "qwertyuiop{}|", "asdfghjkl:\"", "zxcvbnm<>?", "!\"§$%&/()=",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "!qaz@wsx#edc$rfv%tgb^yhn&ujm*ik<(ol>)p:?",
        "1qazxsw23edcvfr45tgbnhy6", "qazwsxedcrfvtgbyhnujmikolp", "q1w2e3r4t5y6u7i8o9p0", "1q2w3e4r5t6y7u8i9o0p",
        "qweasdzxc", "1234qwerasdfzxcv", "zxcvasdfqwer1234", "zaq1xsw2cde3vfr4bgt5nhy6mju7", "qawsedrftgyhujikolp",
        "147258369", "147852369", "123654789", "963258741", "159357", "741852963", "789456123", "a1b2c3d4e5f6g7h8i9j0",
        "1a2b3c4d5e6f7g8h9i0j",
        "1!2@3#4$5%6^7&8*9(0)", "31415926535897932384626433", "2718281828459045", "0246813579",
    ].flatMap { [Array($0), Array($0.reversed())] }
}
