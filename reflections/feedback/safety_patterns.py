"""What the safety gate looks for, as patterns over lower-case text without apostrophes.

Each group is one meaning: wishing to be dead, the writer's distress, intoxication at work, abuse
and neglect, things gone wrong in care. The first form of each group is one verbose pattern; the
second, ``MORE_…``, holds looser ones, each a pattern of its own.
"""

# Wishing to be dead, planning it, hurting oneself: whoever says so.
LIFE = r"""
    suicid(?!e\s+(?:prevention|awareness)\b)
  | \b(?:active|passive|ongoing|fleeting|has|having|with|endorses?|voices?|voiced)\s+si\b
  | self[\s-]?harm | \bdsh\b | parasuicid
  | \bkill(?:ing|s)?\s+(?:my|him|her|them)sel(?:f|ves)
  | \b(?:end|ending|finish|take|taking|took)\s+(?:it\s+all|(?:my|his|her
      |their)\s+(?:own\s+)?li(?:fe|ves))
  | \bend(?:ing)?\s+(?:it|things)\b(?!\s+(?:early|there|on|with|by|at|up))
  | \bwants?\s+(?:to\s+die(?!\s+(?:at|in|here|with|peacefully|on|somewhere
      |among|there|near|by|surrounded|quietly|comfortabl))
      |it\s+(?:all\s+)?(?:over|to\s+(?:end|stop)\s+for\s+good)|to\s+be\s+dead)
  | \bwanting\s+to\s+die(?!\s+(?:at|in|here|with|peacefully)) | \bwish(?:es|ed|ing)?\s+(?:he|she|i
      |they)\s+(?:was|were|wasnt|werent|had|hadnt)\s+(?:dead|never\s+(?:been\s+)?born|not\s+here
      |woken)
  | \bbetter\s+off\s+(?:dead|without\s+(?:me|him|her|them)|if\s+(?:i|he|she)|not\s+waking)
  | \b(?:do|manage|be|cope)\s+better\s+(?:if\s+i|without\s+me|with\s+the\s+insurance|if\s+(?:he
      |she)\s+(?:was|were)\s+(?:not|gone))
  | \b(?:insurance|payout)\s+money\b
  | \bworth\s+more\s+dead
  | \b(?:dont|doesnt|didnt|not|no\s+longer|never)\s+(?:really\s+|even\s+)?(?:want|wanna|wanting
      |care)\w*\s+(?:to\s+)?(?:be\s+(?:here|around|alive)|wake|waking|live|living|exist
      |carry\s+on|go\s+on\b)
  | \b(?:not|never|rather\s+not|simply\s+didnt|just\s+didnt|easier\s+not\s+to|dont|didnt
      |wont)\s+(?:to\s+)?(?:wake|waking)\s+up
  | \b(?:hop(?:e|ed|ing)|wish(?:ed|ing)?|pray(?:ed|ing)?)\b[^.!?]{0,25}\b(?:dont|doesnt|wont|not
      |never)\s+wake
  | \b(?:easier|better|simpler)\b[^.!?]{0,35}\b(?:not\s+(?:to\s+)?(?:exist|be\s+here|wake)
      |if\s+i\s+(?:wasnt|werent|was\s+gone|were\s+gone|didnt)|if\s+i\s+just\s+wasnt)
  | \bif\s+(?:i|he|she|they)\s+(?:just\s+|simply\s+)?(?:wasnt|werent|was\s+not
      |were\s+not)\s+(?:here|around|alive)
  | \b(?:stop(?:ped)?|cease[d]?)\s+existing | \bkeep\s+being\s+alive
      | \bdisappear(?:ed)?\s+for\s+good
  | \b(?:no|any|one|a)\s+(?:reason|point)\b[^.!?]{0,30}\b(?:go\s+(?:on|in|home)|going\s+(?:on|in
      |home)|carry(?:ing)?\s+on|liv(?:e|ing)|be(?:ing)?\s+here|anything|towards|get\s+up
      |getting\s+up|turning\s+up)
  | \b(?:see|find|saw|know)\s+(?:the\s+|any\s+|much\s+|no\s+)?(?:point|reason
      |way\s+out)\b[^.!?]{0,30}(?:any\s*more|anymore|going|living|carry|of\s+(?:it|this
      |anything)|in\s+(?:it|anything)|turning\s+up|at\s+all|job|but\s+one|$)
  | \bno\s+way\s+out\b
  | \b(?:tablets?|pills?|paracetamol|insulin|meds|medication|amitrip\w*|colchicine
      |beta-?blockers|morphine|opioids?|sleepers|sleeping\s+tablets)\b[^.!?]{0,30}\b(?:count\w*
      |put\s+by|stockpil\w*|hoard\w*|sav(?:ed|ing)\s+up|stash\w*|hidden|lined|just\s+in\s+case
      |takes\s+to|enough\s+to)
  | \b(?:counted|counting|stockpil\w*|hoard\w*|saving\s+up|saved\s+up|stash\w*|lin(?:e|ed
      |ing)\s+(?:the|up|all|her|his)|how\s+many)\b[^.!?]{0,30}\b(?:tablets?|pills?|paracetamol
      |meds|medication|amitrip\w*|colchicine|beta-?blockers|insulin)
  | \b(?:my\s+own|dads\s+old|mums\s+old)\s+(?:pills|tablets|meds|beta)
  | \b(?:od|odd|overdos\w*)\b(?!\s*(?:\d|mane|nocte|am\b))[^.!?]{0,30} (?<!once\sod)(?:para
      |tablets|tabs|attempt|\d+\s*g\b|last\s+night|yesterday|intention|on\s+purpose|again)
  | \b(?:took|taken|taking|swallowed)\s+(?:an?\s+)?(?:overdose|od)\b | \boverdos(?:e|ed)\s+(?:on
      |of|last|yesterday|at(?!\s+(?:age\s+)?(?:\d\d|\w+teen|twenty)\b)|again|x)
  | \b(?:od|o/d)\s+\d+\s*(?:para|x|tabs|tablets|g\b)
  | \b(?:ropes?|noose|ligature|hang(?:ing)?\s+(?:my|him|her)self|shotgun|(?:the|a|his|her
      |my)\s+guns?|guns?\s+(?:in|is|under|by|loaded)
      |guns\s+in)\b(?<!staple\sgun)(?<!heat\sgun)(?<!massage\sgun)(?<!glue\sgun)(?<!nail\sgun)(?<!biopsy\sgun)(?![^.!?]{0,25}(?:neighbour
      |neighbor|club|shop|locked\s+away\s+by))
  | \b(?:jump(?:ing|ed)?|step(?:ping|ped)?|walk(?:ing|ed)?)\s+(?:off|in\s+front
      |into\s+(?:the\s+)?(?:sea|lake|river|traffic|water|canal|loch|dam|road|path\s+of))
  | \bwalk\s+into\s+the\s+(?:lake|sea|river|water|bush\s+and\s+not)
  | \b(?:which|what)\s+(?:bridge|junction|tree|train|platform)\b
  | \b(?:the|a|rail|railway|motorway)\s+(?:bridge|stairwell\s+window
      |tracks)\b(?=[^.!?]{0,60}(?:stand|look|think|thought|counts?|lorries|jump|again|edge|night
      |drop|netting))
  | \b(?:look\w*|thought\w*|think\w*|stand\w*|stood|go\s+back)\b[^.!?]{0,20}\b(?:the|at\s+the|to
      |on\s+the|about\s+the)\s+(?:rail\s+|railway\s+)?(?:bridge|stairwell|balcony|train\s+tracks
      |tracks)\b
  | \b(?:driv\w*|car|steer\w*|swerv\w*|crash\w*)\b[^.!?]{0,20}\b(?:into
      |off)\b[^.!?]{0,12}\b(?:barrier|tree|wall|bridge|lorry|traffic|ditch|oncoming|reservation
      |cliff|junction|pylon)
  | \bjunction\s+id\s+drive | \b(?:something|a\s+(?:bus|truck|lorry|car))\s+(?:will|would|to
      |might)\s+(?:just\s+)?hit\s+me
  | \b(?:good-?bye|farewell|suicide)\s+(?:text|letter|note|message|video|card)s?
  | \bfor\s+the\s+last\s+time,?\s+(?:he|she)\s+said\s+goodbye
  | \b(?:cut|cuts|cutting|burn(?:s|ed|t|ing)?|hurt(?:s|ing)?|harm(?:s|ed|ing)?|scratch(?:es|ed
      |ing)?)\s+(?:my|him|her|them)sel(?:f|ves)\b(?!\s+(?:shaving|cooking|on\s+(?:a|the)|while
      |with\s+(?:a\s+)?(?:kitchen|saw|grinder)|by\s+accident|off))
  | \bcut(?:ting)?\s+my\s+(?:arm|forearm|wrist|leg|thigh) | \bnot\s+(?:be
      |going\s+to\s+be)\s+around\s+(?:much|for|by|to)
  | \bwant\s+to\s+be\s+around\s+for\s+much | \b(?:if
      |when)\s+the\s+\w+\s+goes?,?\s+(?:so\s+do\s+i|ill\s+go\s+too|i\s+go)
  | \bashamed\s+im\s+still\s+here | \bhalf\s+hop\w+\s+i | \bwish(?:ing)?\s+it\s+(?:was|were
      |had\s+been)\s+me\b
  | \b(?:wont|not\s+gonna|not\s+going\s+to)\s+be\s+(?:here|around)\s+(?:next|by|at|for|much)
  | \bready\s+to\s+(?:go|be\s+gone)\s+(?:any\s*time|now)\s+and\s+(?:has|got)\s+a\s+plan
      | \bcant\s+(?:keep\s+)?(?:be|being)\s+alive
  | \btired\s+of\s+(?:living|being\s+alive|life)\b | \blife\s+(?:isnt|is\s+not|not)\s+worth
      | \bnot\s+worth\s+living
  | \b(?:khatam|finish\s+myself|unaliv\w*|kms\b)
"""

# The writer at the end of their strength, or intoxicated at work.
DISTRESS = r"""
    \b(?:cant|cannot|could\s+not|couldnt|dont\s+think\s+i\s+can|dont\s+believe\s+i\s+can
      |not\s+sure\s+i\s+can|dont\s+know\s+(?:if|how\s+much\s+longer|how\s+long)\s+i\s+can
      |how\s+much\s+longer\s+i\s+can)\s+(?:keep\s+(?:doing|this|going|on)|go\s+on\b|carry\s+on
      |do\s+(?:this\s+(?:any\s*more|much\s+longer)|another(?!\s+\w+day\b))|face\s+(?:going|another|tomorrow|it
      |coming)|go\s+back|get\s+through\s+another|cope\s+any\s*more|take\s+(?:any\s*more
      |much\s+more|this\s+any)|be\s+here\s+any)
  | \b(?:nothing|not\s+(?:much|a\s+lot))\s+left\s+(?:of\s+me|in\s+me|inside)\b
      | \bnot\s+fit\s+to\s+be\s+(?:here|at\s+work|on\s+shift)
  | \b(?:dont|didnt|doesnt)\s+(?:much\s+|really\s+|even\s+)?care\s+(?:if|whether)\s+i\b
  | \bdont\s+feel\s+like\s+a\s+(?:doctor|nurse|person|human|physio|clinician)\b
  | \b(?:couldnt|could\s+not)\s+turn\s+(?:the\s+)?key | \bengine\s+running\b
  | \bversion\s+of\s+me\s+that | \b(?:if|wish)\s+i\s+(?:just\s+)?(?:never\s+(?:drove|came
      |went)\s+home|didnt\s+go\s+home)
  | \bnever\s+drove\s+home | \bcant\s+see\s+how\s+to\s+stop\b | \bat\s+breaking\s+point\b
      | \bi\s+am\s+broken\b| \bim\s+(?:broken|done\s+for|completely\s+done|finished)\b
  | \bcr(?:y|ied|ying)\b[^.!?]{0,20}\b(?:linen|sluice|store\s*room|cupboard|toilet|loo
      |car\s*park|stairwell)\b[^.!?]{0,40}\b(?:again|every|night|th)\b
  | \b(?:hopeless|worthless)\b(?=[^.!?]{0,40}\b(?:i|me|my)\b)(?<=\bi\sfeel\s.{8})
      | \bi\s+(?:feel|felt)\s+(?:so\s+|totally\s+|utterly\s+)?(?:hopeless|worthless)\b
"""
DRINK = r"""
    (?:\b(?:i|id|ive|been|had|having|having\s+had|start\w*|keep|just)\b[^.!?]{0,22}|^
      |[.,;!?]\s*(?:(?:\d|two|three|four|few|couple)\s*)?)
    \b(?:drank|drink(?:s|ing)?|vodkas?|cans?\s+of|cans|tinnies|gin|wines?|whisk(?:e)?ys?|beers?
      |brand(?:y|ies)|rum|pints?|shots?\s+of|half\s+a\s+bottle|bottle\s+of|hip\s+flask|tipsy
      |hungover|still\s+over\s+the\s+limit|diazepam|valium|codeine|tramadol|weed|joint|coke
      |cocaine|oxy\w*)\b
    [^.!?]{0,60}
    \b(?:before|b4|between|during|at\s+lunch|at\s+work|on\s+shift|shift|list|clinic|ward\s+round
      |rounds|handover|patients?|pts|steady|hands|get\s+(?:me\s+)?thr(?:ough|u)|parking\s+lot
      |car|driving|drive|block|theatre|on\s+call|in\s+my\s+(?:bag|locker|desk)|from\s+bag)\b
  | \bhip\s+flask\b | \bwines?\s+from\s+bag | \bcome\s+to\s+work\s+(?:drunk|high|stoned)\b
  | \b(?:took|taken|taking|carried|take|pocketed|kept|keep)\b[^.!?]{0,20}\b(?:leftover
      |left\s+over|ward|spare|waste)\b[^.!?]{0,15}\b(?:fentanyl|ketamine|morphine|oxy\w*
      |diazepam|midazolam|propofol|tramadol|codeine)
"""

# Somebody is being hurt, controlled, exploited or neglected.
ABUSE = r"""
    \bsafe\s*guarding\s+(?:referral|lead|team|concern|form|alert|raised|rung|called|contacted
      |discussed|informed|nurse|hub|disclosure|issue)
  | \b(?:sg|s/g)\s+(?:lead|form|referral|ref|team|concern)\b | \badult\s+s/g
      | \bsafeguarding\b(?=[^.!?]{0,20}(?:ref|rung|sent|told|spoke))
  | \b(?:child|adult)\s+protect\w+ | \b(?:cps|mash|idva|marac|asc|aps|dv|ipv|fgm)\b(?!\s*(?:neg
      |nil|no\b|-ve|:?\s*(?:none|denied|denies)|screen\s*(?:neg|-)))
  | \bdomestic\s+(?:violence|abuse) | \bdash\s+(?:done|form|risk|completed)
  | \babus(?:e|ed|es|ing|ive)\b(?!\s+(?:of\s+)?(?:alcohol|substance|drugs
      |laxatives?))(?<!substance\sabuse)(?<!alcohol\sabuse)(?<!drug\sabuse)
  | \bneglect(?:ed|ful|s)?\b(?!\s+(?:on|of\s+(?:the\s+)?(?:left|right)|l\b|r\b
      |(?:the\s+)?(?:left|right)
      |syndrome
      |test))(?<!visual\sneglect)(?<!left\sneglect)(?<!hemi\sneglect)(?<!spatial\sneglect)(?<!sided\sneglect)(?<!inattention/neglect)(?<!l\sneglect)
  | \b(?:not|isnt|never|doesnt\s+feel|dont\s+feel)\s+safe\b(?=[^.!?]{0,30}(?:home|him|her|with
      |behind|there|$|[.'"!]))(?!\s+to\s+(?:drive|discharge|go\s+home\s+alone|mobilise))
  | \b(?:husband|wife|partner|boyfriend|girlfriend|stepdad|step-?father|stepmum|dad|father|mum
      |mom|mother|uncle|aunt|aunty|cousin|brother|nephew|niece|son|daughter|grandson|carer|boss
      |landlord|he|she|him|man|guy|in-?laws?|ex)\b[^.!?;]{0,45}?\b(?:hits?|hit\s+(?:me|her|him)
      |beats?\s+(?:me|her|him|them|the\s+kids)|beating(?!\s+(?:heart|fast))|punch(?:es|ed
      |ing)\s+(?:me|her|him|them)|kick(?:s|ed|ing)\s+(?:me|her|him)|slap\w*|chok(?:es|ed
      |ing)\s+(?:me|her|him)|strangl\w*|shov(?:es|ed|ing)|grips|grabs|thump(?:s|ed)\s+(?:me|her
      |him)|smack(?:s|ed|ing)?\s+(?:me|her|him|them)|throttl\w*|burn(?:s|ed|t)\s+(?:me|her|him)
      |pinches\s+(?:me|her|his|him)|swings\s+(?:me|him|her)\s+by|throws\s+(?:things|plates)
      |threatens|threatened\s+to\s+kill|rap(?:es|ed)|forces?\s+(?:me|her|him)|forced\s+(?:me|her
      |him)\s+to|keeps?\s+(?:my|her|his)\s+(?:phone|wages|passport|money|pension|card|benefits
      |keys|tablets|meds)|takes?\s+(?:my|her|his|the)\s+(?:purse|money|wages|phone|pension
      |benefits|card|passport)|(?:holds?|got|has|takes)\s+(?:\w+\s+){0,2}(?:bank|pension
      |cash)\s*card|decides\s+(?:when|what|if)\s+(?:i|she|he|they)\s+(?:eats?|gets?|can|goes
      |sleeps?|spends?)|wont\s+let\s+(?:me|her|him)\s+(?:out|see|eat|leave|go|have|talk|work|use
      |phone)|doesnt\s+let\s+(?:me|her|him)\s+(?:out|see|eat|leave|have|talk)|touch(?:es
      |ed)\s+(?:me|under|up|my(?!\s+(?:arm|hand|sleeve|elbow|shoulder
      |bottom\s+lip)\b)|between)|touches\s+(?:her|him)\b|comes?\s+in(?:to)?\s+(?:my|her
      |his|and)\b|frightens|terrifies|hurts\s+(?:me|her|him)|(?:would|will|ll|d)\s+kill\s+(?:me
      |her|him|us)|kill\s+(?:me|her)\s+if|calls\s+(?:me|her|him)\s+(?:fat|stupid|useless
      |a\s+whore|names)|does\s+(?:it|that)\s+when|leaves\s+(?:me|him|her)\s+(?:wet|hungry|soiled
      |outside|locked))
  | \b(?:he|she|they)d?\s+kill\s+(?:me|us)\b
  | \b(?:bank|pension|cash|debit)\s*card\b(?=[^.!?]{0,40}(?:nephew|niece|son|daughter|cousin
      |partner|husband|neighbour|carer|holds?|wallet|has\s+(?:it|her|his)|takes?|keeps?))
  | \b(?:husband|wife|partner|boyfriend|son|nephew|niece|carer|cousin|daughter|neighbour
      |stepdad)s?\b[^.!?]{0,25}\b(?:bank|pension|cash|debit)\s*card
  | \bbolt\s+on\s+the\s+outside | \block(?:s|ed|ing)\s+(?:me|him|her|them)\s+(?:in
      |out)\b(?!\s+(?:the\s+)?(?:car|bathroom|house)\s+by) | \bbeing\s+locked\s+in
  | \b(?:no|nothing|empty|only)\b[^.!?]{0,20}\b(?:food
      |eat)?\b[^.!?]{0,12}\b(?:in\s+(?:the\s+)?(?:fridge|cupboards?)|empty\s+fridge
      |been\s+no\s+food)| \bfridge\s+(?:was\s+)?empty\b | \bno\s+food\s+(?:since|for|in)\b
  | \bbruis\w*\b[^.!?]{0,60}\b(?:different\s+ages|various\s+ages|varying\s+ages|stories|story
      |pinna|ears?|shape|shaped|fingertip|finger|grip|inner\s+(?:arms?|thighs?)
      |not\s+yet\s+(?:cruising|crawling|rolling|walking)|non-?mobile|pre-?mobile|belt|pattern
      |older|both|explan|answers\s+for|husband|partner|hides?|unexplained|vague)
  | \b(?:older|unexplained|fingertip|grip|belt|patterned|fresh|new
      |multiple)[\s-]+(?:\w+\s+)?bruis\w* (?=[^.!?]{0,80}\b(?:\w+)\b)(?![^.!?]{0,40}(?:anticoag
      |warfarin|apixaban|low\s+platelets|fall\b))
  | \bstory\s+(?:has\s+)?(?:changed|changes|keeps\s+changing|doesnt\s+(?:fit|match|add))
      | \b(?:mechanism|explanation|history)\s+(?:not|doesnt|didnt|does\s+not|in)\s*(?:fit|match
      |consistent|add|keeping)
  | \b(?:cigarette|iron|rope|ligature|bite|whip|belt|slap)\s+(?:burns?
      |marks?)\b(?=[^.!?]{0,60})| \bburns?\b[^.!?]{0,25}\bcigarette
  | \bscald\b[^.!?]{0,40}\b(?:tide|no\s+splash|glove|stocking|line|pattern|immersion|dunk\w*)
      | \btide\s+(?:line|mark)\b
  | \b(?:answers|answering|answered|speaks|speaking|talks)\s+for\s+(?:her
      |him)\b(?=[^.!?]{0,60}\b(?:bruis|flinch|eyes|look|scared|won|never|nil|alone|let))
  | \bpartner\s+(?:answers|answering)\s+(?:every\w*\s+)?for\b | \b(?:wrote|mouthed|whisper\w*
      |said)\b[^.!?]{0,20}\bnot\s+safe\b| \bhelp\s+me\b[^.!?]{0,20}(?:mouthed|wrote|whisper)
  | \bmust(?:nt|\s+not)\s+(?:say|tell)\b | \b(?:told\s+not\s+to|not\s+allowed\s+to)\s+(?:say
      |tell|speak|leave\s+the\s+house|go\s+out|see)
  | \b(?:ticket|flight|trip)\b[^.!?]{0,40}\b(?:to\s+meet\s+someone|get\s+married|be\s+married
      |husband\s+(?:chosen|there)) | \bforced\s+marriage | \bhidden?\s+the\s+passport
  | \bgroom(?:ed|ing)\b(?!\s+(?:and|is|well|standards))(?<!well\sgroomed)(?<!self\sgrooming)
      | \btraffick\w*| \bmodern\s+slavery | \bsex(?:ual|ually)\s+(?:abus|assault|exploit)\w*
      | \braped?\b| \bassaulted\b
  | \bmakes?\s+(?:her|him|me)\s+(?:sleep|stay)\s+(?:in|outside|on\s+the\s+floor) | \b(?:gets?
      |only\s+gets|gets\s+her)\s+(?:her\s+|his\s+)?(?:tea|food|meals|tablets|meds)\s+(?:if
      |when)\s+(?:she|he)\s+signs?
  | \btied\s+to\s+the\b | \bleft\s+(?:in\s+(?:the\s+)?(?:same\s+)?(?:pad|nappy|chair|wet
      |soiled)\b[^.!?]{0,25}\b(?:all|days?|hours|since|overnight))
  | \b(?:afraid|scared|frightened|terrified)\s+of\s+(?:her|his|the|him|my)\s*(?:husband|wife
      |partner|son|daughter|boyfriend|dad|father|stepdad|carers?|night\s+(?:man|staff|nurse)
      |brother|uncle|ex)\b
  | \b(?:he|she|they|him)\s+(?:sometimes\s+)?(?:hits?|beats?|hurts?|chokes?|shoves?)\s+(?:me|her
      |him|us)\b | \bwalking\s+on\s+eggshells\b[^.!?]{0,40}\b(?:husband|partner|him|temper)
"""

# Something went wrong, or nearly, in care.
_DOSE = r"(?:mg|mcg|microg\w*|units?|ml|mls|g|tablets?|tabs|micrograms|mmol|u|milligrams?)"
INCIDENT = rf"""
    \bwrong[\s-]+(?:side|site|leg|eye|limb|patient|pt|dose|drug|tooth|premolar|molar|level|block
      |blood|label|groin|knee|hip|foot|ear|arm|wrist|finger|toe|lung|kidney|testicle|breast|abx
      |antibiotics?|blister|x-?ray|chart|notes|results?|tablets?|insulin|fluids?|unit|bag|pump
      |vial|amp(?:oule)?|syringe|strength|route|rate|implant|lens|prosthesis|prescription|script
      |medication|meds|vaccine|sample|bottle|baby|scan|film|procedure|operation|wristband
      |name\s*band|gas|feed|milk|child|man|woman|lady|person|home|resident|body)\b
  | \b(?:in|by)\s+error\b | \bby\s+mistake\b | \b(?:drug|medication|prescribing|dispensing
      |dosing|charting|administration|my|our|an|labelling|transcri\w+|calculation)\s+error\b
      | \berrors?\s+(?:was|were|on\s+(?:my|our)|made)\b
  | \bnear[\s-]miss\b | \bnever\s+event | \bdatix\w* | \briddor | \bincident[\s-]*(?:form\w*
      |report\w*|system|log\w*)|\bsentinel\s+event | \b(?:ims|riskman|safety\s*learn)\b
  | \b(?:havent|have\s+not|hasnt|not|nobody\s+has|no\s+one\s+has|nothing\s+has|didnt|never
      |yet\s+to|need\s+to|still\s+to|no\s+report)\b[^.!?]{{0,25}}\b(?:been\s+(?:reported
      |informed|told|written\s+down|documented|logged|filed)|reported|put\s+(?:it|a\s+form
      |anything|this)\s+(?:in|on)|fill(?:ed)?\s+(?:in|out)\s+(?:a\s+|the\s+|any\s+)?(?:form
      |report)|form\s+(?:in|filled)|told\s+(?:any\s*(?:one|body)|them|the\s+(?:family|patient
      |consultant|boss|ward))|gone\s+anywhere|file|escalated|written\s+(?:it\s+)?(?:up|down))\b
  | \bi\s*(?:havent|have\s+not|ve\s+not|didnt)\s+told?\s+a\s+soul
  | \b(?:pt|patient|family|he|she|nobody|mum)\s+(?:hasnt|not|has\s+not
      |isnt)\s+(?:been\s+)?told\s+(?:yet|anything)|\bnot\s+told\s+(?:yet|any\s*one|nobody)
      |\bnobody\s+knows\s+yet
  | \bno\s+form\s+(?:filled|in|done|yet) | \b(?:form|report)\s+(?:still\s+)?(?:to\s+(?:do|file
      |be)|not\s+(?:done|in|filed|sent)|is\s+open)
  | \b\d[\d.,]*\s*{_DOSE}?\s*(?:\w+\s+)?(?:instead\s+of|rather\s+than|where\s+(?:i|it
      |we)\s+(?:meant|should)|when\s+(?:it|the\s+chart)\s+(?:said|should)
      |vs\.?\s+(?=\d[\d.]*\s*(?:{_DOSE})?\s*(?:charted|prescribed|ordered))
      |for\s+(?=\d+\b(?!\s*(?:day|week|month|min|hour|/|wk|d\b|yr|sec|year|nights?|reps
      |x)))(?=\d+[^\w]*(?:$|[.,;])))
  | \b\d[\d.,]*\s*{_DOSE}\s+for\s+\d[\d.,]*\s*(?:mg|mcg|units?|ml|mls|micrograms)
  | \b\d[\d.,]*\s*(?:mg|mcg|units?|ml|mls|micrograms)?\s+not\s+\d[\d.,]*\s*(?:of|mg|mcg|units?
      |ml|mls|micrograms)
  | \b(?:ten|hundred)\s*(?:-|\s)?\s*(?:times|fold)\s+(?:the|too|over|dose|what)
      | \bten\s+where\s+it\b
  | \b(?:doubled?|twice|two|both|extra|second|second\s+dose|duplicate
      |tripled?)\b[^.!?]{{0,20}}\b(?:doses?|dosed|the\s+(?:charted|prescribed|usual|right
      |correct)|charted|in\s+error|given|by\s+mistake|overnight\s+instead|last\s+(?:wk
      |week)s?\s+dose)\b(?=[^.!?]{{0,50}}(?:error|chart|mistake|both|twice|given|instead|already
      |sessions|because|before|amount|prescri|$))(?!\s+(?:vaccin|of\s+the\s+vaccin))
  | \b(?:given|charted|prescribed|dispensed|gave|had|written\s+up)\s+(?:\w+\s+){{0,3}}(?:twice
      |double|in\s+duplicate)\b(?!\s+(?:a|daily|weekly|per|an?))
  | \b(?:double|overdose)d?\s+(?:of|the|dose)\b(?=[^.!?]{{0,30}}(?:given|gave|error|mistake
      |charted))|\b(?:a\s+bit\s+)?over\s+double\b | \bpounds\s+instead\s+of\s+kilos
      | \bentered\s+in\s+(?:pounds|lbs)
  | \b(?:tomorrows|yesterdays|another|someone\s+elses|somebody\s+elses|other
      |next)\b[^.!?]{{0,18}}(?:patients?|pts|childs?|mans|womans|babys?)?\b\s*(?:apixaban
      |tablets|dose|medication|meds|sample|bloods?|results?|report|scan|notes|labels?|padding
      |x-?ray|chart|drug|insulin)\b(?=[^.!?]{{0,80}}(?:given|gave|mistake|error|wrong
      |turns\s+out|as\s+well|went|still\s+on|read\s+out|instead|signed))
  | \bturns\s+out\s+to\s+be\s+some\w+\s+elses | \bsomeone\s+elses\s+(?:sample|result|blood
      |tablets|scan|notes|report|biopsy) | \bwith\s+another\s+(?:child|patient|man|woman|pt)s?\b
  | \b(?:labels?|samples?|tubes?|notes|patients?|charts?|drips?|bags?|specimens?|wristbands?
      |results)\s+(?:were\s+|was\s+|got\s+)?(?:swapped|mixed\s+up|switched|mislabel\w*)
      | \bmis-?label\w*| \bswapped\b[^.!?]{{0,20}}\bin\s+error | \bmixed\s+up\s+(?:the|two|their
      |his|her)\b[^.!?]{{0,20}}\b(?:patients?|samples?|notes|bloods|doses?|tablets|results
      |names)
  | \b(?:swabs?|needles?|instruments?|gauze|guidewire|wire|tampon|pack)\b[^.!?]{{0,15}}\b(?:out
      |missing|retained|left\s+(?:in|behind|inside)|short|unaccounted) | \bcount\s+(?:one|1|was
      |is|wrong|off)\b[^.!?]{{0,30}}\b(?:out|short|wrong|closed|swab) | \bretained\s+(?:swab
      |instrument|object|wire)
  | \b(?:not\s+(?:actioned|acted\s+on|followed\s+up|chased|flagged|phoned|called)
      |never\s+(?:actioned|chased|followed\s+up|acted)|nobody\s+(?:had\s+)?(?:called|actioned
      |chased|phoned|acted)|no\s+f/?u\s+(?:requested|arranged|booked)\s+by\s+us|unactioned
      |(?:sat|lay|left|list)\b[^.!?]{{0,20}}\bunopened|left\s+sitting|(?<!\bhe\s)(?<!she\s)(?<!hed\s)(?<!\bi\s)
      (?<!\bwe\s)sat\s+(?:in\s+(?:my|the)(?!\s+car\b)
      |unread|overnight|unseen)|sat\s+there\s+(?:all|since)|slipped\s+through
      |fell\s+through\s+the\s+(?:net|cracks)|lost\s+to\s+follow)\b(?=[^.!?]{{0,90}})
  | \b(?:missed|overlooked)\s+(?:a|an|the|his|her)\s+(?:[\w-]+\s+){{0,3}}(?:fracture|nodule
      |result|allergy|potassium|mass|cancer|bleed|sepsis|dose|dvt|pe\b|alert|abnormal\w*|clot
      |infection|pneumothorax|stroke|lesion|hip|tear)
  | \b(?:hadnt|had\s+not|didnt|without|before\s+i\s+d?|only)\s+(?:read|reading|check|checking
      |checked|look|looking|looked|seen|seeing|saw|see)\s+(?:at\s+)?(?:it\s+once|the\s+(?:chart
      |alert|allerg\w*|sheet|notes|wristband|dose|label|bloods?|result|weight|card|sticker
      |front))\b
  | \bwithout\s+(?:reading|checking)\s+the\s+(?:chart|allerg\w*|label|dose|band|wristband)
      | \bonly\s+read\s+it\b| \bthen\s+saw\s+(?:the\s+)?chart
      | \bwhen\s+i\s+saw\s+(?:the\s+)?chart
  | \b(?:known|documented)\s+(?:\w+\s+)?allerg\w*[^.!?]{{0,40}}\b(?:gave|given|had|already
      |running|charted|prescribed) | \b(?:gave|given|charted
      |prescribed)\b[^.!?]{{0,40}}\b(?:despite|allergic|allergy\s+(?:on|band|noted|sticker))
  | \b(?:pt|patient|he|she|him|her|baby|resident|gentleman|lady)\s+(?:slid|fell|rolled|slipped
      |went\s+down|dropped|toppled)\b(?=[^.!?]{{0,60}}\b(?:while\s+i|when\s+i|as\s+i
      |my\s+(?:grip|hands|watch)|off\s+(?:the\s+)?(?:bed|plinth|trolley|couch|hoist|table
      |bed\s+edge)|with\s+me|from\s+(?:the\s+)?(?:hoist|plinth|trolley|couch)
      |during\s+(?:the\s+)?(?:transfer|session|assessment)))
  | \bi\s+(?:let\s+go|dropped\s+(?:him|her|the\s+(?:baby|patient|leg|hoist))
      |left\s+(?:the\s+)?(?:brakes?|bed\s*rails?|rails?|gate|sensor|tourniquet|clamp|needle
      |cannula|tap|mat|door|him\s+(?:on|with|alone)|her\s+(?:on|with|alone)))\b
  | \b(?:clamp|tourniquet|needle|cannula|rail|rails|brakes?|tap
      |valve)\s+(?:was\s+)?left\s+(?:shut|on|in|down|off|open|closed)
      | \btourniquet\b[^.!?]{{0,15}}\bleft\b| \bforgot\s+to\s+(?:er\s+)?(?:,\s*)?(?:put\s+(?:it
      |the|them)\s+back|take\s+(?:it|the)\s+(?:off|out)|turn|switch|restart|give|stop
      |check\s+the|do\s+the\s+(?:inr|bloods|obs|allerg))
  | \b(?:caught|stopped|halted|spotted|picked\s+up|noticed|realised)\s+(?:it\s+)?(?:by|at|after
      |before|in\s+time)\s+(?:the\s+)?(?:nd\s+checker|\w+\s+checker|second\s+checker|checker
      |pharmacist|scrub|odp|nurse|wristband|stim|needle|cot|anyone|timeout|time-?out|knife)
  | \b(?:odp|scrub\s+nurse|pharmacist|nurse|anaesthetist)\s+(?:stopped|caught|coughed|halted
      |spotted)| \bneedle\s+to\s+skin | \bhalted\s+at | \bnearly\s+(?:hung|gave|injected|given
      |cut|drilled|transfused|discharged|sent)\b | \balmost\s+(?:gave|hung|injected|cut|drilled
      |transfused)\b
  | \bi\s+(?:gave|charted|wrote|prescribed|drew|hung|injected|blocked|read|ticked|dispensed
      |marked|signed)\b[^.!?]{{0,60}}\b(?:without\s+(?:reading|checking|asking)|instead\s+of
      |where\s+i\s+meant|wrong|twice|by\s+mistake|in\s+error|before\s+(?:checking|reading)
      |meant\s+to\s+be)
  | \bi(?:d|\s+had)\s+(?:blocked|written|charted|doubled|given|prescribed|drawn|marked|dispensed
      |set)\s+(?:up\s+)?(?:the\s+wrong|ten|it\s+twice|double|it\s+wrong|last|his|her
      |the\s+(?:left|right|other))\b
  | \b(?:drawn\s+up|dispensed|script(?:ed)?\s+issued|charted|infused|ran|written|pump\s+set
      |set\s+(?:the\s+)?pump)\b[^.!?]{{0,40}}\b(?:for|vs\.?|chart(?:ed)?|instead|not
      |should)\s*\d
  | \bchart\s+\d[\d.]*\s*{_DOSE} | \b(?:chart|list|consent|notes|letter|folder
      |plan)\s+(?:was\s+cut\s+to|said|says)\b(?=[^.!?]{{0,25}})(?=[^.!?]{{0,12}}(?:\d|l\b|r\b
      |left|right|the\s+other|not))(?=[^.]{{0,120}})
  | \bshould\s+(?:be|have\s+been)\s+(?:held|stopped|omitted|given)\b | \bcharted\s+by\s+us\b
      | \bold\s+chart\s+was\s+still| \bsaw\s+chart\s+was | \bletter\s+left\s+out
      | \bpatch\s+still\s+on
  | \bour\s+(?:mistake|error|failure|fault)\b | \bfailure\s+on\s+our\s+end | \bbeen\s+(?:given
      |charted|dispensed)\b[^.!?]{{0,40}}\b(?:as\s+well\s+as|wrong|twice|someone|another)
  | \b(?:extravasat|air\s+embol|anaphyla)\w*\b(?=[^.!?]{{0,60}}\b(?:i|we|my|missed|after)\b)
      | \bcode\s+brown\b| \bvincristine\b[^.!?]{{0,30}}intrathecal
  | \bticked\b[^.!?]{{0,50}}\bwithout\s+asking | \beverybodys\s+sheet\s+but | \bone\s+(?:instead
      |where)\s+(?:of|it) | \bpainted\s+and\s+draped\b(?=[^.!?]{{0,60}}\bbefore\b)
  | \bfirst\s+in\s+error | \bi\s+(?:harmed|hurt|injured|burned|burnt|nicked|perforated
      |scalded)\s+(?:him|her|them|the|a\s+patient)\b
  | \bi\s+(?:discharged|sent)\s+(?:him|her|them|home)\b[^.!?]{{0,60}}\b(?:died|arrest\w*
      |came\s+back\s+(?:septic|with|in)|missed|turned\s+out)
"""

# Said in plain words that no list of fixed phrases would hold: somebody, something done, to whom.
_KIN = (
    r"(?:mum|mom|mam|dad|mother|father|step\w+|husband|wife|partner|ex|boyfriend|girlfriend|brother"
    r"|sister|uncle|aunt\w*|cousin|nephew|niece|son|daughter|grand\w+|in-?laws|landlord|neighbour"
    r"|boss|carers?|staff|teacher|coach|priest|man|men|guy|family|they|he|she)"
)
_GIVEN_UP_ON = (
    r"(?:it\s+all|all\s+(?:this|of\s+(?:this|it))|anything|everything|life|living|going\s+on"
    r"|carrying\s+on|being\s+here|tomorrow|trying\s+any\s?more|fighting)"
)
_LATELY = (
    r"(?:some|most|many)\s+(?:days|mornings|nights)|any\s?more|these\s+days"
    r"|now\s+(?:that\s+)?(?:he|she|the)"
)
_A_HABIT = (
    r"\b(?:smok\w*|cig\w*|vap\w*|fags?|tobacco|patches|alcohol|drink\w*|wine|sugar|driving|golf"
    r"|tennis|football|bowls|running|dancing|gym|exercis\w*|allotment)\b"
)
"""What somebody gives up without losing hope."""
MORE_LIFE = (
    rf"\b(?:feel(?:s|ing)?|felt)\s+(?:\w+\s+)?like\s+(?:just\s+)?giving\s+(?:it\s+all\s+)?up"
    rf"(?=\s*(?:[.,;!?]|$|\s(?:{_LATELY}|altogether|completely|entirely|now|sometimes)\b))"
    rf"(?![^.!?]*{_A_HABIT})",
    rf"\b(?:ready|close|near|tempted|wants?|wanted)\s+to\s+(?:just\s+)?giv(?:e|ing)\s+up\s+"
    rf"(?:{_LATELY}|altogether|completely|entirely)\b(?![^.!?]*{_A_HABIT})",
    rf"\b(?:some|most|many)\s+(?:days|mornings|nights),?\s+(?:i|he|she|they)\s+(?:just\s+)?"
    rf"(?:wants?\s+to\s+give|feels?\s+like\s+giving)\s+up(?=\s*(?:[.,;!?]|$))(?![^.!?]*{_A_HABIT})",
    r"\bwish\w*\s+(?:(?:that\s+)?(?:hed|shed|id|theyd)|(?:he|she|i|they)\s+had)\s+(?:just\s+)?"
    r"(?:died|not\s+(?:woken|survived|made\s+it)|gone\s+(?:too|instead))\b",
    r"\btheres\s+nothing\s+left\s+for\s+(?:me|him|her|them)\b",
    r"\b(?:rather|sooner|prefer\s+to|might\s+as\s+well|better\s+off)\s+(?:be\s+)?dead\b",
    r"\bwish(?:es|ed)?\s+(?:it|they|the\s+\w+|someone|somebody)\s+had\s+(?:killed|taken"
    r"|finished)\s+(?:him|her|them|me)\b",
    r"\b(?:should|could|wish\s+(?:you|they)d?)\s+(?:have\s+)?(?:just\s+)?let\s+(?:me|him"
    r"|her)\s+(?:die|go\b)",
    r"\b(?:nothing|no\s?one|nobody|not\s+much|little|what\s+(?:have|has|do|does)\s+(?:i|he|she"
    r"|they)(?:\s+(?:got|have))?)"
    r"\s+(?:left\s+|really\s+)?to\s+live\s+for\b",
    rf"\b(?:doesnt|dont|didnt|cant|couldnt|cannot)\s+(?:\w+ly\s+|always\s+|even\s+)?see\s+(?:the"
    rf"|a|any|much)\s+point"
    rf"(?:\s+(?:of|in|to)\s+{_GIVEN_UP_ON}\b|[\s,]+(?:{_LATELY})\b)",
    rf"\bwhats\s+the\s+point\s+(?:of|in)\s+(?:{_GIVEN_UP_ON}|me)\b"
    rf"|\bwhat\s+is\s+the\s+point\s+(?:of|in)\s+(?:{_GIVEN_UP_ON}|me)\b",
    r"\b(?:had|has\s+had|have\s+had)\s+enough\s+of\s+(?:life|living|being\s+(?:here|alive))\b"
    r"|\b(?:sick|weary)\s+of\s+living\b",
    r"\b(?:given|giving|gave)\s+up\s+on\s+(?:life|living|everything|himself|herself|myself)\b"
    r"|\bgiven\s+up\s+(?:hope(?!\s+of)|the\s+will)\b",
    r"\b(?:lost|losing)\s+(?:the\s+|all\s+|his\s+|her\s+|their\s+|my\s+)?(?:will\s+to\s+live"
    r"|hope\s+(?:of|for)\s+(?:anything|life))\b|\blost\s+all\s+hope\b",
    r"\b(?:life|everything|it\s+all|future)\s+(?:is|was|feels|felt|seems"
    r"|seemed)\s+(?:\w+\s+)?(?:hopeless|pointless|over)\b(?!\s+(?:the\s+)?(?:top|quick))",
    r"\b(?:he|she|pt|patient|they|client)\s+(?:is|was|feels|felt|seems|seemed|sounded"
    r"|says\s+(?:he|she)\s+(?:is|feels))\s+(?:\w+\s+)?hopeless\b(?!\s+(?:at|with"
    r"|about\s+(?!everything|the\s+future|life|it\s+all)))",
    r"\bdisappear(?:ed|ing)?\b(?=[^.!?]*\b(?:fine|better|cope|notice|miss|easier)\b|[.!?]|$)",
    r"\b(?:cope|manage|be)\s+(?:just\s+)?(?:fine|ok|better|happier)\s+(?:if|without)\b",
    r"\bnot\s+being\s+(?:here|around|alive)\b|\bnot\s+exist\w*\b|\bstop\s+being\s+here\b",
    r"\b(?:thoughts?|thinking|think|dream\w*|fantas\w+)\s+(?:\w+\s+){0,2}(?:of"
    r"|about)\s+(?:\w+\s+){0,2}"
    r"(?:jumping|dying|death|crashing|hanging|ending|suicide|overdos\w+|hurting)\b",
    r"\b(?:want|wants|wanted|wanting)\s+(?:it|this|everything)\s+(?:all\s+)?(?:over|to\s+(?:stop"
    r"|end))\b",
    r"\b(?:life|living)\s+(?:isnt|is\s+not|not|wasnt|feels\s+not)\s+worth\b",
    r"\b(?:go\s+to\s+)?sleep\s+(?:for\s?ever|and\s+(?:not|never)\s+wake)\b",
    r"\b(?:bought|buying|has|got|keeps?|hid(?:es|den)?|tied)\s+(?:a|the|some)\s+(?:rope|noose|gun"
    r"|blades?)\b",
    r"\bgood-?bye\s+and\s+(?:thanks?|thank\s+you)\b|\bgiving\s+(?:\w+\s+){0,2}(?:things|stuff"
    r"|possessions)\s+away\b",
    r"\bno\s+point\s+(?:in\s+)?(?:going\s+on|carrying\s+on|anything|any\s+more|anymore|living"
    r"|being)\b",
    r"\bdr(?:inks?|ank|inking)\s+(?:bleach|antifreeze|pesticide|weedkiller|acid)\b",
    r"\b(?:makes?|making|made)\s+(?:my|her|him|them)sel(?:f|ves)\s+bleed\b|\btill?\s+(?:they|it"
    r"|i)\s+bleeds?\b",
    r"\b(?:scratch|cut|burn|bite|hit|punch|slice|pick)(?:s|es|ed|ing)?\s+(?:at\s+)?(?:my|her|his"
    r"|their)\s+"
    r"(?:arms?|wrists?|thighs?|legs?|skin|forearms?)\b(?=[^.!?]*\b(?:till|until|feel|bleed|toilet"
    r"|loo|night|shift|razor|blade)\b)",
    r"\bcuts?\s+on\s+(?:her|his|their|the|my)?\s*(?:forearms?|wrists?|arms?|thighs?)\b",
    r"\bhow\s+easy\s+it\s+would\s+be\b|\bwouldnt\s+have\s+to\s+(?:wake|come\s+back|do\s+any)\b",
    r"\b(?:wish|hope|hoping|wishing)\b[^.!?]{0,40}\b(?:fall\s+in|crash\w*|hit\s+by|get\s+(?:ill"
    r"|cancer)|fall\s+on\s+me)\b",
    r"\b(?:stood|standing|sat|went\s+up|climbed)\b[^.!?]{0,30}\b(?:top|roof|edge|ledge|bridge"
    r"|platform|cliff|railing|multi-?storey)\b"
    r"(?=[^.!?]*\b(?:car\s*park|stood|hour|night|looked|thought|alone|down|after)\b)",
    r"\b(?:roof|bridge|cliff|multi-?storey|top\s+floor)\b[^.!?]{0,30}\b(?:jump|throw|end|off)\b"
    r"|\boff\s+the\s+(?:multi-?storey|roof|bridge|cliff|balcony)\b",
    r"\bhave\s+a\s+plan\s+for\s+after\b|\bwont\s+(?:be\s+needing|need)\s+(?:the|a|my|it|any)\b",
    r"\b(?:dont|didnt|not)\s+(?:really\s+)?(?:care|mind)\s+(?:what\s+happens|if\s+(?:i|he"
    r"|she)\s+(?:die|live|wake|crash))",
    r"\b(?:dont|not|isnt|wasnt)\s+(?:think\s+(?:im|hes"
    r"|shes)\s+)?(?:\w+\s+)?safe\s+(?:to\s+be\s+)?(?:on\s+my\s+own|alone|with\s+myself"
    r"|by\s+myself)\b",
    r"\bnever\s+wanted\s+to\s+be\s+born\b|\bcant\s+see\s+a\s+(?:way\s+(?:out|forward)|future)\b"
    r"|\bno\s+way\s+(?:out|forward)\b",
    r"\b(?:voices?)\b[^.!?]{0,30}\b(?:tell|telling|say)\b[^.!?]{0,20}\b(?:kill|die|jump|hurt|cut"
    r"|harm)\b",
)
_TO_COPE = (
    r"to\s+(?:switch\s+(?:it\s+|everything\s+)?off|cope|forget(?:\s+\w+)?|numb\b|block\s+it\s+out"
    r"|get\s+(?:off\s+)?to\s+sleep|sleep\b|face\s+(?:work|it|tomorrow))"
)
_A_WORD = r"(?!(?:coffee|tea|water|squash|juice|milk|cocoa)\b)\w+"
_OWN_BODY = (
    r"my\s+(?:bum|bottom(?!\s+(?:lip|step|teeth|shelf|drawer|line))|arse|ass|backside|boobs?|breasts?"
    r"|tits?|crotch)\b"
)
_A_CLINICIAN = (
    r"an?\s+(?:physio\w*|ot|nurse|doctor|gp|therapist|clinician|midwife|hca|slt|dietitian|medic"
    r"|psychologist|podiatrist|radiographer|surgeon|registrar|consultant)\b"
)
_WORKING = (
    r"(?:work\b|going\s+(?:in\b|into\s+work|to\s+work)|coming\s+(?:in\b|into\s+work|to\s+work)"
    r"|(?:every|each)\s+(?:shift|day|morning)\b)"
)
MORE_DISTRESS = (
    r"\bi\b(?:\s+(?:just|sat|stood|went|got|drove|was|came|in|on|to|out|the|my|a|car|home|loo"
    r"|toilet|after|then|and|again|work|shift|clinic|still|really|simply)){0,9}\s+(?:couldnt"
    r"|could\s+not|cant|cannot)\s+stop\s+(?:crying|sobbing|shaking)\b",
    r"\bcouldnt\s+stop\s+(?:crying|sobbing)\b(?=[^.!?]{0,20}\b(?:in\s+(?:the|my)\s+(?:car|loo"
    r"|toilet)|after\s+(?:work|clinic|my\s+shift)|driving\s+home|on\s+the\s+(?:way|drive)"
    r"\s+home)\b)",
    r"\bsat\s+in\s+(?:the|my|a)\s+(?:car|van|lay-?by|car\s*park)\b[^.!?]{0,30}\b(?:(?:engine|lights)\s+off"
    r"|dont\s+know\s+how\s+long|couldnt\s+(?:drive|move|go\s+in|get\s+out))\b",
    r"\bi\s+(?:really\s+|just\s+|honestly\s+)?dont\s+(?:really\s+)?want\s+to\s+(?:come|go)\s+"
    r"(?:in|back|to\s+work|into\s+work)\s+(?:any\s?more|again|ever)\b",
    rf"\b(?:i\s+(?:\w+\s+)?dread|im\s+(?:\w+\s+)?dreading|ive\s+been\s+dreading)\s+{_WORKING}",
    r"\b(?:cant|cannot|not|couldnt|hardly|barely)\s+(?:been\s+)?sleep(?:ing)?\b[^.!?]{0,20}"
    rf"\bdreading\s+{_WORKING}",
    r"\b(?:i|im|ive|id|i\s+have)\s+(?:(?:go|went|get|got|come|came|home|been|just|then|and|had|have"
    r"|need|a|few|couple|of|started|keep)\s+){0,6}(?:drink(?:ing)?|drank|(?:wine|vodka|gin|whisk\w+"
    rf"|beers?|rum|cans|bottle)\b[^.!?,]{{0,20}})\s+(?:(?:most|every)\s+\w+\s+"
    rf"|{_A_WORD}\s+)?{_TO_COPE}",
    rf"\bwhat(?:s|\s+is)\s+the\s+point\s+(?:of|in)\s+(?:me\s+|my\s+)?(?:being|staying"
    rf"|working\s+as)\s+{_A_CLINICIAN}",
    rf"(?<!\bi )\b(?:grab(?:s|bed|bing)?|grop(?:es|ed|ing)|pinch(?:es|ed|ing)"
    rf"|squeez(?:es|ed|ing)|slap(?:s"
    rf"|ped)|smack(?:s|ed)|touch(?:es|ed|ing)|strok(?:es|ed|ing)|fondl(?:es|ed|ing))\s+{_OWN_BODY}",
    rf"(?<=\bhis )hands?\s+(?:on|up|over|down)\s+(?:{_OWN_BODY}"
    r"|my\s+(?:thighs?|skirt|top|tunic)\b)",
    r"\bgrop(?:ed|es|ing)\s+me\b|\btr(?:ied|ies|ying)\s+to\s+kiss\s+me\b(?!\s+on\s+the\s+(?:cheek|hand))"
    r"|\brubb(?:ed|ing)\s+(?:himself|herself)\s+(?:up\s+)?against\s+me\b",
    r"\bim\s+(?:really\s+)?not\s+(?:ok|okay|coping|alright|all\s+right|safe)\b"
    r"|\bnot\s+coping\b(?=[^.!?]*\b(?:i|me|my|im)\b)",
    r"\b(?:i|im)\b[^.!?]{0,15}\b(?:cant|cannot)\s+(?:do|take|face|bear|stand)\s+(?:this|it"
    r"|any\s?more|another\s+(?:day|shift|week|night|clinic))"
    r"(?=\s*(?:[.!?,;]|$|any|much|for|day|tbh|honestly))",
    r"\bcant\s+(?:stop\s+crying|get\s+out\s+of\s+(?:the\s+car|bed))\b"
    r"|\bcried\s+(?:the\s+whole\s+way|every\s+(?:day|night|shift)|all\s+night)\b",
    r"\bi\s+feel\s+(?:nothing|dead\s+inside|numb)\b[^.!?]*\b(?:any\s*more|and|at\s+all|inside)\b",
    r"\bim\s+done\b(?=[.!?]|\s+with\s+(?:everything|all|life|this\s+life))"
    r"|\bi\s+give\s+up\b(?=[.!?]|$)",
    r"\b(?:panic\s+attacks?)\b[^.!?]{0,30}\b(?:every|before|each)\b[^.!?]{0,15}\b(?:shift|clinic"
    r"|list|morning)\b(?=[^.!?]*\b(?:i|my|me)\b)",
)
SUBSTANCE = (
    r"\b(?:drunk|hung-?over|drink(?:s|ing)?|drank|vodkas?|wines?|gin|whisk\w+|beers?|cans|rum"
    r"|flask|cocaine|coke|speed"
    r"|ketamine|codeine|tramadol|morphine|oxy\w*|fentanyl|propofol|midazolam|diazepam|valium"
    r"|zopiclone"
    r"|benzos?|weed|spliff|joint|stoned|high|edibles|nitrous|gas\s+and\s+air)\b"
)
DUTY = (
    r"\b(?:theatre|list|shifts?|ward|rounds?|clinic|on\s+call|nights?|surgery|patients?|pts"
    r"|staff\s+(?:loo|toilet|room)"
    r"|locker|drug\s+(?:trolley|cupboard|room)|work|lunch|handover|hands?|driving"
    r"|before\s+the\s+next)\b"
)
WRITER_TOOK = (
    r"(?:\b(?:i|ive|id|im|my)\b|^|[.,;!?]\s*)(?:\w+\s+){0,3}?(?:was|am|still|took|take|taking"
    r"|used|use|using|had|have"
    r"|having|been|snorted|smoked|drank|drink|drinking|nicked|pocketed|injected|swallowed)\b"
)
_SOILED = (
    r"(?:wet|soaked|soaking|soiled|dirty|filthy)\s+(?:pads?|nappy|nappies|bed|sheets?|bedding|clothes"
    r"|chair|pyjamas|nightie|trousers)\b"
)
MORE_ABUSE = (
    rf"\b(?:leaves?|left|leaving)\s+(?:me|her|him|them|mum|dad|pt)\s+(?:\w+\s+){{0,2}}(?:in|on)\s+"
    rf"(?:a\s+|the\s+|his\s+|her\s+|my\s+)?(?:same\s+)?{_SOILED}",
    rf"\b(?:sits|lies|sitting|lying|kept)\s+in\s+(?:a\s+|the\s+|his\s+|her\s+)?(?:same\s+)?{_SOILED}"
    r"(?=[^.!?]{0,30}\b(?:all|hours|for\s+\w+\s+hours|overnight|till|until)\b)",
    r"\b(?:carers?|care\s+(?:staff|workers?)|night\s+staff|staff\s+at\s+the\s+home)\s+(?:\w+\s+)?"
    r"(?:shouts?|screams?|swears?|shouting|screaming|swearing)\s+at\s+(?:me|her|him|them|mum|dad)\b",
    r"\b(?:carers?|husband|wife|partner|son|daughter|dad|mum)\s+(?:\w+\s+)?(?:shouts?|screams?"
    r"|swears?)\s+at\s+(?:me|her|him)\s+and\s+(?:\w+\s+)?(?:pushes|shoves|leaves\s+(?:me|her|him)|locks|grabs"
    r"|throws|hits|calls\s+(?:me|her|him))\b",
    rf"\b{_KIN}\b[^.!?]{{0,40}}\b(?:grop(?:es|ed|ing)\s+(?:me|her|him)|(?:grab(?:s|bed)|pinch(?:es"
    rf"|ed)|squeez(?:es|ed))\s+{_OWN_BODY})",
    rf"\b{_KIN}\b[^.!?]{{0,40}}\b(?:grab(?:s|bed)|drag(?:s|ged)|pin(?:s|ned)|thr(?:ew|ows)"
    rf"|kick(?:s|ed)|slap(?:s|ped)|punch(?:es|ed)"
    r"|chok(?:es|ed)|b(?:eats|urnt|urns|it)|sh(?:ook|akes|oves|oved)|spat|belt(?:s|ed)|whack(?:s"
    r"|ed)|lash(?:es|ed)|hurts?|forces?|forced|hits?)\s+"
    r"(?:(?:him|her|me|them|himself\s+on|herself\s+on)\b(?!\s+(?:goals?|targets?|head|knee|hip"
    r"|back|elbow|foot|hand|stride))|the\s+(?:dog|cat|kids|children|baby|child))",
    rf"\b(?:forced?|forces|forcing)\s+(?:him|her|them)sel(?:f|ves)\s+on\b"
    rf"|\b{_KIN}\b[^.!?]{{0,25}}\bmakes\s+(?:me|her|him)\s+(?:do|touch|watch|sleep\s+with)\b",
    rf"\b{_KIN}\b[^.!?]{{0,25}}\b(?:empt(?:y|ies|ied)|takes?|took|taking|controls?|keeps?|kept"
    rf"|steals?|stole|uses|spends|clears?|cleared|holds?)\s+(?:\w+\s+){{0,2}}"
    r"(?:account|pension|money|wages|savings|passport|benefits|bank\s+card|purse|papers|phone)\b",
    r"\b(?:maggots|squalor|squalid|house\s+filthy|filthy\s+(?:house|clothes|nappy|bed\w*)"
    r"|unwashed|unfed|malnourish\w*|emaciated|infested|faeces\s+on|soiled\s+for)\b",
    rf"\b(?:{_KIN}|hasnt|not)\b[^.!?]{{0,25}}\b(?:hasnt|not|never|nobody)\s+(?:been\s+)?(?:washed"
    rf"|fed|changed|turned|bathed)\b[^.!?]{{0,40}}\b(?:since|for\s+(?:days|a\s+week)|days)\b",
    r"\b(?:mum|mom|dad|mother|father|parents?|carer|partner)\b[^.!?]{0,15}\b(?:intoxicated|drunk"
    r"|smelt\s+of\s+(?:alcohol|drink)|using\s+again|stoned|asleep\s+drunk)\b",
    r"\b(?:1[0-7])\s?(?:yo|yr|year)s?\b[^.!?]{0,50}\b(?:boyfriend|partner|older\s+man|older\s+men"
    r"|man\s+online|met\s+online)\b[^.!?]*\b(?:[2-9]\d|buys|older|phones?|gifts|vodka|money"
    r"|lifts)\b",
    r"\b(?:unpaid|no\s+pay|never\s+paid|without\s+pay)\b[^.!?]{0,30}"
    r"|\bworks?\s+(?:\w+\s+){0,3}hours\s+a\s+day\s+unpaid\b",
    r"\b(?:hand|finger|belt|shoe|bite|iron|cord|loop)[\s-]*(?:shaped|shape|tip"
    r"|print)s?\b[^.!?]{0,15}\b(?:bruis\w*|marks?|burns?)\b",
    r"\bligature\s+marks?\b|\bmarks?\s+(?:on|around|round|to)\s+(?:\w+\s+)?(?:neck|throat|wrists"
    r"|both\s+wrists)\b|\bstrangulation\b",
    r"\bwalked\s+into\s+a\s+door\b|\bcovers?\s+(?:the\s+|her\s+|his\s+)?bruis\w+"
    r"|\bbruis\w+\b[^.!?]{0,40}\b(?:cant|couldnt|could\s+not|wont)\s+(?:explain|say)\b",
    r"\b(?:restrained|tied|strapped|locked|shut|confined)\s+(?:\w+\s+){0,3}(?:with\s+(?:sheets"
    r"|rope|belts?)|to\s+the\s+(?:bed|chair|radiator)|in\s+(?:the|a|her|his)\s+(?:shed|room"
    r"|cupboard|bathroom|cellar|garage|bed))\b",
    r"\bcut\s+(?:her|me|them|my\s+sister)\b[^.!?]{0,25}\b(?:when\s+(?:she|i)\s+was|back\s+home"
    r"|at\s+(?:seven|six|five|eight|nine))\b|\bcircumcis\w+\b[^.!?]{0,30}\b(?:girl|daughter"
    r"|sister|she|her)\b",
    r"\b(?:asked|begged|told)\s+me\s+not\s+to\s+tell\b|\bdont\s+tell\s+(?:my|him|her|anyone|mum"
    r"|dad)\b|\bour\s+secret\b",
    r"\bleft\s+(?:home\s+)?alone\b[^.!?]{0,40}\b(?:night|days|weekend|hours|baby|toddler|kids"
    r"|children|yr|yo)\b|\b(?:kids|children|baby|toddler)\b[^.!?]{0,25}\bleft\s+alone\b",
    r"\bflinch(?:es|ed)?\s+(?:when(?:ever)?|every\s+time)\s+(?:he|she|her|his|the)\b|\b(?:scared"
    r"|afraid|frightened|terrified)\s+to\s+go\s+home\b(?!\s+(?:with|on"
    r"|because\s+of\s+the\s+stairs))",
)
_HARM = (
    r"(?:burn(?:t|ed)|scald(?:ed)?|cut|nicked|tore|torn|broke|snapped|fractured|perforated"
    r"|punctured|lacerated|crushed|bruised|pulled\s+out)"
)
MORE_INCIDENT = (
    rf"\b(?:i|we|ive|weve)\s+(?:accidentally\s+|must\s+have\s+|have\s+)?{_HARM}\s+(?:her|him|them"
    rf"|his|the\s+(?:tendon|nerve|artery|bowel|ureter|bladder|skin|lung|bone|drain"
    rf"|line))\b(?!\s+(?:nails|toenails|hair|short|some\s+slack|off|a\s+deal|down|dose|plaster"
    rf"|cast))",
    rf"(?:^|[.!?]\s*){_HARM}\s+(?:her|him|pt|the\s+(?:patient|tendon|nerve|artery"
    rf"|bowel))\b(?!\s+(?:nails|toenails|hair))",
    r"\b(?:accidentally|by\s+accident|inadvertently|unintentionally|my\s+omission|our\s+omission"
    r"|omitted\s+(?:in|by|his|her|the)|mistakenly|erroneously)\b",
    r"\b(?:forgot|forgotten|failed|neglected)\s+to\s+(?:restart|re-?start|prescribe|give|check"
    r"|stop|turn|set|remove|take\s+out|put\s+(?:it|the)|switch|chart|act|escalate|refer|send"
    r"|chase|tell\s+the\s+team|document|flush|reconnect|do\s+the\s+(?:obs|bloods))\b",
    r"\b(?:nobody|no\s+one|not|never|wasnt|werent|didnt)\s+(?:\w+\s+)?(?:escalated?"
    r"|reviewed\s+(?:him|her|overnight|until)|acted\s+on|picked\s+up\s+(?:on\s+)?the\s+(?:news"
    r"|result|fever|sepsis)|responded\s+to)\b",
    r"\b(?:meant|intended|prescribed|labelled|booked|drawn\s+up)\s+for\s+(?:the\s+|another\s+"
    r"|a\s+different\s+)?(?:other|next|grand\w+|mother|mum|man|woman|lady|patient|bed\s*\d*|pt"
    r"|sister|brother|neighbour|lady\s+next|him\s+next|her\s+next)\b",
    r"\bturn(?:s|ed)\s+out\s+(?:not\s+to\s+(?:be|have\s+been)|wasnt)\s+(?:hers|his|theirs"
    r"|the\s+right)\b|\bturn(?:s|ed)\s+out\s+to\s+be\s+(?:the\s+)?(?:wrong|other)\b",
    r"\b(?:left|l)\b[^.!?]{0,40}\b(?:opened|cut|injected|marked|blocked|operated|drilled|did"
    r"|prepped|scanned|imaged)\s+(?:on\s+)?(?:the\s+)?(?:right|r)\b|\b(?:right"
    r"|r)\b[^.!?]{0,40}\b(?:opened|cut\s+into|injected|marked|blocked|operated|drilled"
    r"|prepped)\s+(?:on\s+)?(?:the\s+)?(?:left|l)\b",
    r"\b(?:found|lying)\s+on\s+(?:the\s+)?floor\b(?=[^.]*\b(?:alarm|ward|bay|bed|rails?|off|mat"
    r"|night|hours|staff|handover)\b)|\b(?:alarm|rails?|sensor|brakes?)\s+(?:was|were|wasnt"
    r"|werent|not)\s+(?:off|down|on|up)\b",
    r"\b(?:went\s+down|fell)\b[^.!?]{0,30}\b(?:hip\s+fracture|head\s+injury)\b(?=[^.]*$|\.)"
    r"|\bwithout\s+(?:the|a|his|her)\s+(?:gait\s+belt|hoist|second\s+(?:person|checker|pair)"
    r"|frame)\b[^.!?]*\b(?:down|fell|floor)\b",
    r"\blost\s+(?:a|the|his|her|their|one)\s+(?:\w+\s+)?(?:samples?|specimens?|biopsy|swab|blood"
    r"|referral|result|histology|notes)\b",
    r"\b(?:left|been)\s+on\s+(?:too\s+long|for\s+hours|overnight|over\s+the\s+(?:weekend|time))\b"
    r"|\btoo\s+(?:tight|hot|strong|much|fast)\b[^.!?]{0,40}\b(?:foot\s+drop|blister|burn|necros"
    r"|naloxone|arrest|pressure\s+(?:sore|ulcer))\b",
    r"\b(?:ten|10|hundred|100)\s+times\s+(?:too|the|over)\b|\bwrong\s+(?:concentration|route|rate"
    r"|strength|dilution|order|setting)\b|\b(?:set|ran|running"
    r"|programmed)\b[^.!?]{0,25}\b\d+\s+(?:instead\s+of|not|rather\s+than)\s+\d",
    r"\ballerg\w+\b[^.!?]{0,50}\b(?:missed|on\s+the\s+front|ignored|overlooked|already\s+given"
    r"|had\s+it\s+in\s+red)\b",
    r"\b(?:my|our)\s+(?:omission|oversight|slip\s+with\s+the\s+(?:dose|drug)|dosing"
    r"|prescribing)\b|\bi\s+(?:nearly|almost)\s+(?:killed|gave|hung|injected|sent|cut)\b"
    r"|\bcould\s+have\s+(?:killed|died|been\s+fatal)\b(?=[^.!?]*\b(?:i|we|me|my|our)\b)",
    r"\bshouldnt\s+have\s+(?:been\s+)?(?:given|discharged|moved|sent"
    r"|had\s+the)\b(?=[^.!?]*\b(?:dose|drug|home|mg|died|arrest|back\s+in|fell|bleed)\b)",
)
