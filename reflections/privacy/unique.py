"""Facts that single a person out without a name: "the mayor", "the only farrier on the island".

A public role, a superlative tied to a place or a body, or an event the papers carried tells a
reader from the same town who is meant. The frames are general; each asks for two parts (who or
what, and of which place or body) wherever one part alone is everyday speech.
"""

# Tables of words and expressions read better unbroken.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Iterator

from reflections.privacy.findings import IdentifierType as T
from reflections.privacy.patterns import Span

_PLACE = (
    r"(?:village|town|city|island|isle|county|country|state|parish|valley|region|area|district|province|borough|neighbou?rhood|hamlet|suburb|peninsula|coast|nation|world|continent|planet|uk|britain|england"
    r"|scotland|wales|ireland|europe|america|usa|us|australia|canada|new zealand|territory|commonwealth|highlands?|borders|midlands|high street|street|road|estate|lane|harbour|glen"
    r"|hospital|school|college|university|church|parish|diocese|regiment|battalion|brigade|army|navy|air force|force|squad|league|division|premiership|parliament|council|senate|assembly|cabinet|orchestra|company|factory|plant|mine|pit"
    r"|faculty|community|congregation|club|team|history|profession|circuit|tour|championship|tournament|olympics|reservation|rez|loch|outback|shire|prefecture|canton|township)"
)
_AT = r"(?:in|on|at|of|for|from|across|around|round|within|this side of|to|with|along|off)"
_WORDS = r"(?:[\w'’-]{1,30}[ ,/]{1,2})"
_OF_PLACE = rf"{_AT} (?:(?:the|this|that|our|her|his|their|its|a|all|whole|entire|local|any|such|small|tiny|remote|little|rural|national|first|royal)[ -]){{0,4}}(?:[\w-]{{1,30}} ){{0,2}}?{_PLACE}\b(?:'s)?"
_SUPERLATIVE = r"(?:only|sole|one and only|first|last|final|oldest|youngest|tallest|shortest|fastest|longest[- ](?:serving|living|surviving|running)|richest|biggest|largest|most famous|best[- ]known|most decorated|most capped|highest|last (?:surviving|remaining|living)|only (?:surviving|remaining|living)|first[- ]ever|youngest[- ]ever|oldest[- ]ever)"

# One person at a time holds these in any place: the role alone is enough after "the" or "our".
_PUBLIC = (
    r"(?:(?:lord |lady |deputy |former |ex-?|current |sitting |serving |acting |town |city |local )*(?:mayor(?:ess)?|provost)"
    r"|(?:former |ex-?|current |sitting |local |our |shadow |junior |labour |tory |conservative |green |snp |lib dem |independent )*(?:mp|msp|mep|td|mla|member of parliament|senator|congress(?:man|woman|person)|governor|lieutenant governor|first minister|prime minister|taoiseach|chancellor of the exchequer|health (?:secretary|minister)|home secretary|foreign secretary|cabinet minister|government minister|attorney general|solicitor general|ambassador|high commissioner|consul(?: general)?|president of [\w ]{3,30}|vice president of the [\w]{1,30}|speaker of the house|premier|chief minister)"
    r"|(?:former |ex-?|current |local )*(?:chief constable|police commissioner|police chief|chief of police|fire chief|chief fire officer|sheriff|district attorney|coroner|high court judge|supreme court judge|chief justice|lord lieutenant|high sheriff|archbishop|bishop|archdeacon|cardinal|chief rabbi|grand mufti|moderator|abbot|abbess|mother superior|lama|tribal chief|paramount chief|chieftain|clan chief|town crier|poet laureate|astronomer royal|harbour ?master|lighthouse keeper|coxswain|cox of the lifeboat|station ?master|postmaster|postmistress)"
    r"|(?:vice[- ]chancellor|chief (?:executive|exec|medical officer|nursing officer|superintendent|scout)|chair(?:man|woman|person)? of [\w' ]{3,40})"
    r"|duke|duchess|marquess|earl|countess|viscount(?:ess)?|baroness|laird|maharaja)"
)
# Many hold these: they single out only with the place or body they belong to.
_LOCAL = r"(?:head ?teacher|headmaster|headmistress|head of school|deputy head|principal|dean|vicar|rector|curate|parish priest|priest|minister|pastor|imam|rabbi|chaplain|organist|choirmaster|choir ?mistress|verger|sexton|butcher|baker|publican|landlord|landlady|postman|postie|post ?woman|milkman|farrier|blacksmith|gamekeeper|ghillie|ferryman|lollipop (?:lady|man)|librarian|undertaker|funeral director|police(?:man|woman)|bobby|constable|shopkeeper|barber|hairdresser|school (?:caretaker|secretary|nurse|bus driver)|caretaker|captain|vice[- ]captain|skipper|head coach|goal ?keeper|keeper|striker|midfielder|defender|winger|centre[- ]forward|fly[- ]half|scrum[- ]half|full[- ]?back|prop|hooker|wicket[- ]?keeper|opening (?:bat(?:sman|ter)?|bowler)|fast bowler|quarterback|pitcher|point guard|goalie|netminder|lead singer|singer|drummer|guitarist|bassist|conductor|leader|first violin(?:ist)?|principal (?:cellist|dancer|oboist|flautist|horn|trumpet)|prima ballerina|soloist|concertmaster|newsreader|weather ?(?:man|girl|woman|presenter|forecaster)|dj|founder|president|chair(?:man|woman|person)?|ceo|councillor|alderman|judge|magistrate|commander|colonel|admiral|general|astronaut|umpire|referee|groundsman|greenkeeper|sacristan|bell[- ]?ringer|carnival queen|rose queen|may queen|beauty queen|santa|crossing guard|fire ?fighter|fireman|paramedic|lifeguard|lifeboat(?:man|woman)?|warden|crofter)"
# Everyday helpers: single out only within a small place.
_HELPER = r"(?:doctor|gp|dentist|vet|pharmacist|chemist|midwife|nurse|teacher|solicitor|lawyer|accountant|mechanic|plumber|electrician|undertaker|tailor|cobbler|jeweller|florist|bus driver|taxi driver|shepherd|forester|ranger|fisherman|coach|editor|dj|headteacher|garage|shop|pub|lawyer)"
_SMALL = (
    r"(?:village|town|island|isle|parish|hamlet|valley|glen|peninsula|reservation|rez|outback town)"
)
_IDENTITY = r"(?:is|was|as|being|became|be|been|'s|’s|used to be|turned out to be|works as|worked as|son of|daughter of|wife of|husband of|mother of|father of|brother of|sister of|married to|related to)"

_FRAMES = (
    # only/first/oldest X in the Y
    rf"\b(?:the |our |their |its |[\w]{{1,30}}'s )?{_SUPERLATIVE} (?:ever )?{_WORDS}{{0,6}}?{_OF_PLACE}",
    rf"\b(?:the |our )?(?:village|town|city|island|county|country|state|parish|valley|region|school|hospital|club|team|regiment|nation|world|britain|england|scotland|wales|ireland|australia|canada|america|europe)'?s (?:one and )?{_SUPERLATIVE} {_WORDS}{{0,3}}?[\w-]{{1,30}}",
    r"\b(?:first|only|youngest|oldest|last|sole) (?:ever )?(?:female|woman|male|man|black|asian|muslim|sikh|jewish|openly gay|gay|trans|deaf|blind|disabled|polish|chinese|nigerian|indian|irish|welsh|scottish|gypsy|romani|traveller) (?:[\w-]{1,30} ){0,3}?(?:in|of|at|to|on|from|for|[\w-]{1,30}er|[\w-]{1,30}or|[\w-]{1,30}ist|captain|priest|vicar|bishop|mayor|judge|farmer|pilot|surgeon|referee|jockey)\b",
    r"\b(?:swam|swum|swimming|swim) the (?:english )?channel\b|\b(?:climbed|summited|summitted|climbing|scaled) (?:mount |mt )?(?:everest|k2|kilimanjaro|the eiger|denali|the matterhorn)\b|\b(?:rowed|rowing|sailed|sailing|cycled|flew|walked|ran|swam) (?:solo |single-?handed |alone |non-?stop |across |around |round )*(?:the (?:atlantic|pacific|world|globe)|round the world|around the world|to the (?:north|south) pole|lands end to john o'?groats)\b|\bcircumnavigat\w+",
    r"\b(?:holds?|held|holder of|set|broke|breaking|beat) (?:the|a|an) (?:[\w-]{1,30} ){0,4}?(?:world|national|olympic|county|state|british|scottish|irish|welsh|commonwealth|course|school|club|league|guinness(?: world)?|european|african|all[- ]time) record\b|\bguinness (?:world records?|book of records)\b",
    r"\b(?:competed|competes|competing|swam|rowed|ran|medalled|medals?|gold|silver|bronze|represented|torch|qualified|trials?|played|carried|won|went) (?:[\w-]{1,30} ){0,5}?(?:olympics?|paralympics?|commonwealth games|invictus games|world cup|world championships?|european championships?|wimbledon|six nations|deaflympics|pan am games|asian games|ryder cup|davis cup)\b",
    r"\b(?:sits|sat|seat|peer|member) (?:in|of) (?:the )?(?:house of lords|house of commons|parliament|congress|senate|senedd|stormont|holyrood|dail|cabinet|royal family|realm|knesset|lok sabha)\b|\b(?:lady[- ]in[- ]waiting|member of the royal family|minor royal|hereditary peer|life peer|blue plaque|street (?:is )?named after (?:him|her|them)|statue of (?:him|her)|(?:named|christened) after (?:him|her|them) (?:in|by|at))\b",
    r"\b(?:hillsborough|aberfan|grenfell|lockerbie|chernobyl|bhopal|dunblane|omagh|zeebrugge|piper alpha|ibrox|valley parade|manchester arena|london bridge attack|bataclan|9/11|7/7 (?:bomb\w*|attacks?|survivor)|columbine|sandy hook|uvalde|parkland shooting|boston marathon bomb\w*|christchurch mosque|port arthur massacre|bali bomb\w*|beslan|costa concordia|thai cave|chilean miners?|alton towers crash|bloody sunday|birmingham six|guildford four|nanga parbat|titanic survivor|windrush generation's|stardust fire|rana plaza|kegworth|clapham rail|ladbroke grove|hatfield crash|kings cross fire|enniskillen|warrington bomb\w*)\b",
    r"\b(?:mother|mum|father|dad|parents?|sister|brother|widow|widower|wife|husband|son|daughter|twin|girlfriend|boyfriend|partner) of (?:the |that |a )(?:[\w-]{1,30} )?(?:missing|murdered|killed|stabbed|drowned|kidnapped|famous|convicted|late (?:mp|mayor|president|king|queen)|murderer|killer|politician|footballer|celebrity|singer|actor|actress|bishop|mayor|mp|prime minister|president|premier|governor|senator|victim|hostage|pilot|striker)\b",
    r"\b(?:the|our) (?:mayor|vicar|bishop|rector|minister|headteacher|head teacher|headmaster|headmistress|governor|sheriff|premier|president|prime minister|mp|chief constable|postmaster|postmistress|publican|butcher|imam|rabbi|priest|captain|councillor|judge)'?s (?:wife|husband|son|daughter|mother|mum|father|dad|brother|sister|partner|widow|nephew|niece|cousin|housekeeper|driver)\b",
    r"\b(?:leader|deputy leader|chairman|chairwoman|president|commodore|commander|treasurer|patron|founder|co-?founder|inventor|composer|designer|architect) of (?:the|our|a|an) (?!(?:group|session|team|pack|class|walk|problem|week|day)\b)[\w'-]{1,30}",
    rf"\b(?:one|1) of (?:only |just |the only |the last |the first |the few |a handful |fewer than |under )(?:of )?(?:the )?{_WORDS}{{0,6}}?(?:{_OF_PLACE}|worldwide|nationally|left|alive|known|ever)\b",
    rf"\b(?:there (?:is|are|'s) only|only) (?:one|two|three|1|2|3|a handful) (?:of (?:them|these|us) )?{_WORDS}{{0,5}}?{_OF_PLACE}",
    r"\b(?:the )?(?:sole|only|last|first) (?:known |surviving |remaining |living |confirmed )*(?:survivor|survivors|witness|fluent speaker|speaker of|native speaker|descendant|heir|case of)\b(?: of (?:the )?[\w' -]{3,40})?",
    r"\b(?:the )?last (?:surviving|remaining|living|known) [\w-]{1,30}(?: [\w-]{1,30}){0,3}",
    r"\b(?:the )?(?:first|youngest|oldest|only|last) (?:ever )?(?:[\w-]{1,30} ){0,3}(?:ever )?to (?:climb|swim|cross|row|sail|fly|win|play|serve|receive|hold|become|be (?:elected|ordained|appointed|capped|signed|knighted|awarded|selected)|captain|represent|walk|run|complete|survive|graduate|reach|break|score|sing|get (?:a|an|the) (?:double |face |hand |heart |liver )?transplant|have (?:a|an|the) (?:double |face |hand |heart |womb |uterus )?transplant|conquer|summit|qualify)\b(?: [\w'-]{1,30}){0,6}",
    rf"\bthe {_WORDS}{{0,3}}?(?:capital|world|national|county|state|regional|european|british|scottish|irish|welsh|english|australian|canadian|american|african|asian|olympic|commonwealth)(?:'s)? (?:champion|record[- ]holder|no\.? ?1|number one|title[- ]?holder|medall?ist)\b",
    # public roles
    rf"\b(?:the|our|town's|city's|county's|village's|local|former|ex|a sitting|a serving|current) {_PUBLIC}\b(?:'s (?:wife|husband|son|daughter|mother|mum|father|dad|brother|sister|partner))?(?: (?:of|for|at|in) (?:the |our |this )?[\w'-]{{1,30}}(?: [\w'-]{{1,30}})?)?",
    rf"\b{_IDENTITY} (?:an? )?{_PUBLIC}\b(?: (?:of|for|at|in) (?:the |our |this )?[\w'-]{{1,30}}(?: [\w'-]{{1,30}})?)?",
    # local roles, with the place or body
    rf"\b(?:the |our |a |an )?(?:(?:current|former|ex|new|old|retired|serving|longest[- ]serving|long[- ]serving|deputy|assistant|head|chief|reserve|substitute|sub|backup|second|first|third|junior|senior|local)[ -]){{0,3}}{_LOCAL} {_OF_PLACE}",
    rf"\b(?:[\w-]{{1,30}} )?{_LOCAL} (?:of|for|with|in) (?:the |our |a |his |her |their )?(?:national|county|country's|regional|state|city|town|village|club|women's|men's|under[- ]\d\d|first|second|british|irish|scottish|welsh|english|international)(?: [\w'-]{{1,30}}){{0,3}} (?:side|team|squad|eleven|xi|xv|league|orchestra|choir|band|hurlers|footballers|champions|players)\b",
    rf"\b(?:the|our) (?:only )?{_HELPER} (?:in|on|for|of) (?:the|this|our|a) (?:(?:whole|tiny|small|little|remote) )*{_SMALL}\b",
    rf"\b(?:the|our) (?:village|island|town|parish)(?:'s)? {_HELPER}\b",
    rf"\b(?:the|our) (?:local |only )?(?:village|town|island|parish|county|national|national side's|national team's|school|cathedral|abbey|hospital|prison|ship's|club|team|town's|village's|island's|city's|county's|state) {_LOCAL}\b",
    rf"\b(?:{_IDENTITY}) the (?:local )?(?:head ?teacher|headmaster|headmistress|vicar|rector|parish priest|imam|rabbi|vice[- ]chancellor|chief executive|ceo|town clerk|postmaster|postmistress|landlord|landlady|publican|team captain|club captain|lollipop (?:lady|man))\b",
    r"\b(?:plays?|played|playing|keeps goal|capped|caps?|debut(?:ed)?|signed|professionally|turns? out|bowls?|rides?|races?|fights?|boxes|swims?|rows?|runs?|skates?|skis?) (?:[\w-]{1,30} ){0,3}?(?:for|against) (?:the )?(?:national (?:side|team|squad)|england|scotland|wales|ireland|britain|great britain|gb|team gb|usa|team usa|australia|new zealand|canada|india|pakistan|south africa|kenya|nigeria|ghana|jamaica|france|spain|italy|germany|brazil|(?:his|her|their) (?:country|county|state)|the (?:county|province|state)|(?:man )?united|city|arsenal|chelsea|liverpool|rangers|celtic|the all blacks|the lions|the (?:nfl|nba|nhl|mlb))\b",
    r"\b(?:england|scotland|wales|ireland|welsh|scottish|irish|british|national|international|premier league|premiership|championship|nfl|nba|nhl|mlb|olympic|paralympic|county|super league|la liga|bundesliga|professional|pro|wimbledon|formula (?:one|1)|f1|tour de france|ryder cup|test) (?:[\w-]{1,30} ){0,2}(?:footballer|rugby player|cricketer|goalkeeper|striker|captain|international|sprinter|swimmer|rower|cyclist|gymnast|boxer|fencer|archer|skier|skater|athlete|hopeful|medall?ist|champion|jockey|golfer|tennis player|quarterback|linebacker|pitcher|point guard|netballer|hockey player|coach|manager|referee|umpire|finalist)\b",
    r"\b(?:olympian|paralympian|(?:gold|silver|bronze|olympic|paralympic)[- ]medall?ist|world[- ]champion|world record[- ]holder|grand slam (?:winner|champion)|victoria cross|nobel (?:prize|laureate)|booker (?:prize )?(?:winner|nominee)|pulitzer|turner prize|oscar[- ](?:winner|winning|nominated|nominee)|bafta|grammy|emmy winner|mercury prize|pride of britain|astronaut)\b",
    r"\b(?:won|winning|winner of|runner[- ]up (?:in|on)|finalist (?:in|on)|contestant on|was on|been on|appeared on|appears on|starred in|stars in|star of|actor in|actress in|acted in|presents|presented|hosts|hosted|reads the news on|used to be on|is on|is off|off|from) (?:the )?(?:national |euro ?millions? |postcode |state )*(?:lottery|lotto|euromillions|powerball|mega millions|jackpot|(?:an? )?oscar|(?:an? )?(?:bafta|grammy|emmy|tony)|bake[- ]?off|strictly|x[- ]?factor|the voice|voice|masterchef|master chef|big brother|love island|mastermind|eurovision|apprentice|dragons'? den|shark tank|survivor|gladiators|(?:britain's|america's|[\w]{1,30}'s) got talent|american idol|i'm a celebrity|come dancing|dancing with the stars|countdown|university challenge|pointless|jeopardy|the chase|eggheads|repair shop|antiques roadshow|question time|coronation street|corrie|eastenders|emmerdale|hollyoaks|casualty|holby|neighbours|home and away|the archers|fair city|the great british [\w ]{3,20}|blue peter|newsnight|the one show|breakfast tv|the bbc|bbc [\w]{1,30}|itv|channel (?:4|four|5|five)|sky (?:news|sports)|cnn|fox news|abc news|rte|radio (?:one|two|three|four|five|1|2|3|4|5|scotland|wales|ulster|[\w]{1,30} fm))\b",
    r"\b(?:band|group|single|song|album|record|book|novel|film|play) (?:(?:that|which|who) )?(?:had|got|went to|reached|hit|made|topped|won) (?:a |the |to |it to )?(?:number (?:one|1)|no\.? ?1|top (?:ten|10|five|5)|top of the charts|charts|best[- ]?seller list|hit (?:single|record|song))\b",
    r"\b(?:scored|saved|missed|took|hit) (?:the )?(?:winner|winning (?:goal|try|run|penalty|point)|penalty|equaliser|only goal) (?:in|for|against|at) (?:the )?[\w'-]{1,30}",
    r"\b(?:lottery (?:winner|jackpot|millionaire)|won the jackpot|euromillions winner|jackpot winner)\b",
    r"\b(?:was|were|been|got|is|'s|being|made|making|hit|featured|appeared|plastered|all|splashed|seen|story|face|photo|picture|interviewed|case|accident|crash|arrest|trial|rescue|video) (?:[\w-]{1,30} ){0,3}?(?:(?:on|in|over|across) (?:the |all the |all over the |every |last night's |tonight's |local |national |evening )*(?:news\b(?! (?:about|that|of his|of her|from|to))|newspapers?|papers|headlines|front pages?|tv news|telly|television|tabloids|press|six o'clock news|ten o'clock news)|the (?:front page|headlines|news|papers|local paper|nationals)\b(?! (?:that|about|to)))",
    r"\b(?:[\w'-]{1,30} ){0,3}longest[- ]serving [\w-]{1,30}",
    r"\b(?:(?:on |made |hit )?the (?:front|cover|front page|back page) of|(?:was |were |been |is )?(?:in|on|by)|interviewed by|wrote to|column in|letter in) the (?:local |evening |daily |sunday |morning |weekly )?(?:[\w-]{1,20} )?(?:echo|times|herald|daily mail|evening post|gazette|argus|courier|chronicle|daily star|daily express|daily mirror|guardian|telegraph|tribune|advertiser|observer|examiner|sentinel|evening standard|local rag|nationals|tabloids)\b",
    r"\b(?:went|gone|going|go) viral\b",
    r"\b(?:front page of (?:the )?[\w' ]{3,30}|made the (?:news|papers|headlines|front page|nationals|local paper)|made (?:national |international |local )?(?:headlines|news)|in all the papers|all over the (?:news|papers|internet|front pages)|on the six o'clock news|televised|news story|documentary (?:about|on) (?:him|her|them)|wikipedia (?:page|entry|article)|has (?:a|his own|her own) wikipedia)\b",
    r"\b(?:the|that|is|was|same) (?:very )?(?:man|woman|lad|girl|boy|guy|bloke|lady|gent|person|driver|nurse|teacher|doctor|cop|officer|farmer|fisherman|climber|hiker|sailor|swimmer|cyclist|student|kid|teenager|couple|family|one|fella|chap|pensioner|grandmother|gran|grandfather|mum|mother|dad|father) (?:who|that|whose) (?:was |were |had been |has been |got |had |'d )?(?:rescued|won|survived|climbed|swam|rowed|sailed|stabbed|shot|murdered|killed|kidnapped|abducted|convicted|jailed|acquitted|arrested|invented|founded|discovered|saved|pulled|fell|jumped|streaked|broke|set|walked|attacked|mauled|bitten|struck|hit by lightning|lost|sued|held hostage|taken hostage|trapped|crashed|burned|burnt|blew|robbed|sank|found|wrote|painted|designed|built|opened|runs|ran|owns|captained|scored|appeared|stood|stole|went missing|played|sang)\b(?: [\w'-]{1,30}){0,8}",
    r"\b(?:survivor|survivors|survived|victims?|injured|caught|trapped|lost (?:his|her|their|a) [\w ]{2,20}|involved|was|were|in|after|hero|rescued|bereaved|witness(?:ed)?) (?:of |in |from |by )?(?:the |last (?:year|month|week|summer|winter)'s |that |a |of )*(?:[\w'-]{1,30} ){0,3}?(?:train crash|rail crash|plane crash|bus crash|coach crash|ferry disaster|helicopter crash|bombing|bomb attack|terror attack|terrorist attack|mass shooting|school shooting|nightclub fire|tower fire|mine collapse|mining disaster|pit disaster|stadium disaster|bridge collapse|arena attack|earthquake|tsunami|siege|hostage [\w]{1,30}|shipwreck|capsizing|avalanche|landslide|dam collapse|gas explosion|factory explosion|mill fire|hotel fire|church fire|massacre)\b",
    r"\b(?:struck by lightning|attacked by a (?:shark|bear|lion|crocodile)|shark attack|crocodile attack|bear attack|lightning strike survivor|conjoined twins?|sextuplets|quintuplets|quadruplets|septuplets)\b",
    r"\b(?:famous|well[- ]known|renowned|notorious|celebrated|award[- ]winning|best[- ]?selling|published|household name|minor celebrity|local celebrity|local hero|local legend|z[- ]list|a[- ]list) (?:local |former |retired |tv |television |radio |british |irish |american |crime |children's |romantic |historical |folk |jazz |opera |rock |pop |classical )*(?:author|novelist|poet|writer|actor|actress|singer|musician|composer|artist|painter|sculptor|potter|chef|footballer|cricketer|athlete|jockey|comedian|comic|presenter|broadcaster|dj|journalist|columnist|politician|barrister|surgeon|scientist|professor|explorer|mountaineer|model|influencer|youtuber|gardener|designer|architect|dancer|choreographer|director|photographer|wrestler|boxer|golfer|racing driver|magician|psychic|drag queen|blogger|podcaster|burglar|gangster|criminal|murderer|family)\b",
    r"\b(?:household name|local (?:celebrity|hero|legend|personality)|minor celebrity|tv personality|a celebrity|everyone (?:in|round|around|on) (?:the |this |our )?(?:[\w]{1,30} )?(?:town|village|island|valley|estate|area|street|here) knows (?:him|her|them|who)|everybody (?:in|round|around|on) (?:the |this |our )?(?:town|village|island|valley|estate|area|street) knows)\b",
    r"\b(?:whose|her|his|their) (?:[\w-]{1,30} ){0,2}(?:murder|trial|arrest|disappearance|conviction|kidnapping|abduction|court case|inquest|rescue|memoir|autobiography|novel|album|single|recipe book|cookbook|documentary|tv show|podcast) (?:was|is|got|has been|made|went|hit|reached|became|topped) (?:[\w-]{1,30} ){0,3}(?:news|papers|number one|no\.? 1|charts|bestseller|best[- ]seller|televised|tv|telly|netflix|bbc|national|headlines|front page|famous|viral|in the papers)\b",
    r"\b(?:heir|heiress) to (?:the )?[\w' ]{3,40}|\b(?:the )?(?:king|queen|prince|princess) (?:of|consort)\b(?! (?:hearts|spades|clubs|diamonds))[\w' ]{0,20}|\b(?:knighted|awarded (?:an|the|a) (?:obe|mbe|cbe|knighthood|damehood|george cross|george medal|purple heart|medal of honou?r|bravery medal))\b",
    r"\b(?:wrote|composed|designed|invented|founded|discovered|painted|sang|directed) (?:the |that )(?:[\w'-]{1,30} ){0,4}?(?:theme tune|theme song|anthem|logo|statue|memorial|bridge|stadium|vaccine|app|jingle|hymn|mural|charity|festival|museum|comet|asteroid|species|football club|brewery|distillery)\b(?: (?:for|of|in|at|on|outside|to) (?:[\w'-]{1,30} ?){1,5})?",
    rf"\b(?:runs|owns|ran|owned|manages|keeps|kept|runs) the (?:only |village |local |last |town's |island's |corner )(?:[\w'-]{{1,30}} ){{0,3}}?(?:shop|pub|post office|bakery|butchers?|garage|chip shop|chippy|hotel|cafe|ferry|school|farm|zoo|museum|theatre|cinema|bookshop|pharmacy|forge|mill|lighthouse|distillery|brewery|circus|campsite)\b(?: {_OF_PLACE})?",
    r"\b(?:the )?(?:only|last|first|best|youngest|oldest) [\w-]{1,30} (?:it|they|we|the (?:place|town|village|team|club|school|parish)) (?:has |have |had |'ve |'d )?ever had\b",
    # general: the first, last or only one of a kind to have done something, or left somewhere
    r"\b(?:the |our )?(?:first|last|only|youngest|oldest) (?:ever )?(?:[\w'-]{1,30} ){0,3}(?:woman|man|girl|boy|lady|person|lad|female|male|team|side|crew|family|couple|sister|brother|nurse|doctor|teacher|player|member|farmer|driver|soldier|officer|student|pupil|apprentice|pensioner|grandmother|amputee|patient|recipient) (?:ever )?(?:in [\w'-]{1,30} )?(?:to|who ever|who has ever)(?! (?:be seen|see|come|arrive|leave|ask|tell|say|notice|mention|try|book|attend|help|listen|finish|talk|speak|explain|offer|have)\b) [\w'-]{1,30}(?: [\w'-]{1,30}){0,8}",
    rf"\b(?:the |our )?(?:only|last|final) [\w-]{{1,30}} (?:left|remaining|still working|alive|going|ever) (?:in|on|of|at) (?:the |this |our )?(?:[\w'-]{{1,30}} ){{0,2}}?{_PLACE}\b",
    r"\b(?:made|in|on|across|all over|hit|reached|featured (?:in|on)) the (?:local|evening|national|regional|six o'?clock|ten o'?clock|morning|county|town|village) (?:news|paper|papers|newspaper|newspapers|radio|telly|tv|headlines|press|rag)\b",
    r"\b(?:in|of|for|with|leads?|led|conducts?|plays?(?: [\w-]{1,20}){0,3} (?:in|with|for)) the (?:national|royal|bbc|london|scottish|welsh|ulster|irish|british|american|world|county|city|state) (?:[\w'-]{1,30} ){0,2}?(?:orchestra|philharmonic|symphony|opera|ballet|choir|theatre company|squad|team|side)\b",
    r"\b(?:captain|skipper|manager|coach|member|founder|leader|singer|drummer|guitarist|bassist|frontman|keeper|goalkeeper) of (?:the|that|a) (?:[\w'-]{1,30} ){0,4}?(?:team|side|band|squad|crew|expedition|orchestra|choir|party|movement|gang|strike)(?: (?:that|which|who|to) (?:[\w'-]{1,30} ?){1,6})",
    r"\b(?:the|former|ex|our|late) (?:[\w-]{1,20} )?(?:lord mayor|lady mayoress|mayor|mayoress|town crier|president|chief constable|bishop|archbishop|high sheriff|poet laureate)\b",
    r"\b(?:won|winner of|winning|awarded|given|collected|received|got) (?:the |a |an |his |her |their )?(?:[\w'-]{1,30} ){0,3}?(?:medal for (?:bravery|gallantry)|george cross|nobel|bafta|oscar|lottery|jackpot|premium bonds? (?:million|jackpot)|obe|mbe|cbe|knighthood|damehood|all[- ]ireland(?: medal| final)?)\b",
    r"\b(?:great[- ]?)?(?:grand)?(?:son|daughter|nephew|niece|brother|sister|cousin|mother|father|mum|dad|uncle|aunt|widow|wife|husband|ex[- ]wife|ex[- ]husband|twin) (?:of|to) (?:the |that |a )(?:[\w'-]{1,30} ){0,2}?(?:famous|well[- ]known|former|late|convicted|murdered|premier|prime|premiership|tv|film|pop|rock|olympic|international)(?: [\w'-]{1,30}){1,3}",
    r"\b(?:his|her|their|whose) (?:son|daughter|nephew|niece|brother|sister|cousin|mother|father|mum|dad|uncle|aunt|wife|husband|twin|grandson|granddaughter|grandad|grandfather) (?:is|was|'s) (?:a |an |the )?(?:famous|well[- ]known|on (?:tv|telly|the telly|television)|(?:tv|film|pop|rock) (?:star|actor|singer|presenter)|the one (?:who|off|from|in) the (?:telly|news|papers|tv)|in the (?:cabinet|charts))\b(?: [\w'-]{1,30}){0,3}",
)
_UNIQUE = tuple(re.compile(frame) for frame in _FRAMES)

# What follows in the same clause belongs to the description.
_CLAUSE_REST = re.compile(
    r"(?:[ -](?!(?:so|but|because|and|which|who|with|then|he|she|they|i|we)\b)[\w'’-]{1,30}){1,8}"
)

_CLAUSE_LEAD = re.compile(
    r"(?:^|[.,;:!?(\n\"] ?|\b(?:is|was|as|with|saw|by|to|for|from|that|and|but|because|so) )(?P<lead>(?:[\w'’-]{1,30} ){0,6})$"
)

# Everyday speech in the same shape: "first time in the clinic", "only pain at night".
_EVERYDAY = re.compile(
    r"\b(?:only|first|last|final|oldest|youngest|highest|biggest|largest|fastest|shortest|tallest|sole|richest|one of the few|one of the last) (?:ever )?(?:(?:real|good|bad|big|little|other|few|two|three|four|ever|full|proper|new|long|face to face|f2f) ){0,2}"
    r"(?:time|times|thing|things|one to|one who|session|sessions|visit|visits|appt|appointment|contact|pain|way|ones|option|week|weeks|day|days|month|months|year|years|night|hour|hours|minute|minutes|part|half|bit|word|words|question|question|goal|step|steps|place|place she|place he|dose|sign|symptom|symptoms|exercise|"
    r"reason|worry|concern|fear|child|son|daughter|boy|girl|one|when|if|because|on|in|at|after|with|to|a|an|the|by|since|once|just|came|comes|went|works|worked|able|available|person|problem|issue|complaint|seen|there|here|had|has|can|could|would|wants|wanted|found|said|came|managed|manages|thing|chance|hope|comfort|break|laugh|smile|clue|"
    r"line|aid|stage|trimester|degree|name|rib|toe|finger|metatarsal|mtp|cmc|floor|set|rep|reps|scan|xray|x-ray|flare|attack|episode|fall|stroke|admission|operation|op|surgery|review|clinic|referral|treatment|injection|physio|course|class|term|lesson|job|shift|summer|winter|birthday|christmas|baby|pregnancy|grandchild|of all|"
    r"me|him|her|us|them|you|mum|dad|nurse|doctor|gp|therapist|clinician|he|she|they|i|it|that|this|these|those|what|ever|mild|slight|minor|some|half|partial|partially|relief|support|language|outlet|social|exercise)\b"
)


def unique(lower: str) -> Iterator[Span]:
    """Facts that single out one person."""
    for expression in _UNIQUE:
        for match in expression.finditer(lower):
            found = match.group()
            core = re.sub(r"^(?:the|our|their|its|[\w]{1,30}'s) ", "", found)
            if _EVERYDAY.match(core):
                continue
            rest = _CLAUSE_REST.match(lower, match.end())
            lead = _CLAUSE_LEAD.search(lower, max(0, match.start() - 80), match.start())
            yield (
                (lead.start("lead") if lead else match.start()),
                (rest.end() if rest else match.end()),
                T.UNIQUE,
            )
