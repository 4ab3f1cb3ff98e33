"""Word classes: what lets the act finder carry over from one writer's words to another's.

Each class is a name and a string of entries: single words, ``stem*`` for a prefix, and
``several_words_joined`` for a phrase. A word may stand in several classes. Entries are lower case
without apostrophes. Regional English, shorthand and common slips of typing are included on purpose.
"""

from __future__ import annotations

CLASSES: dict[str, str] = {
    # who
    "I": "i ive im id ill me my myself mine self writer",
    "WE": """
        we weve were us our ours team together jointly between_us the_two_of_us both_of_us
    """,
    "PT": """
        he she they him her them his hers their theirs hes shes theyre hed shed theyd pt pts
        patient patients pat client clients resident lady gentleman gent man woman girl boy
        lad teen bloke fella chap guy kid child baby bub toddler mother_to_be px ptn
        service_user the_old_man old_lady auntie uncle aunty uncle_ji ah_ma ah_gong nana
        grandad
    """,
    "FAM": """
        mum mom mam dad mummy daddy mother father wife husband hubby son daughter partner
        sister brother parents family gran nan granny grandma grandson granddaughter grandpa
        niece nephew carer carers caregiver boyfriend girlfriend spouse widow widower mrs mr
        missus aunt nok relatives cousin in_law stepdad stepmum foster twin fiance kids
        children
    """,
    "STAFF": """
        nurse consultant gp registrar surgeon doctor dr physio therapist ot slt salt psw hca
        reg sho intern resident_doctor colleague colleagues student team mdt midwife
        pharmacist dietitian dietician psychologist social_worker pharmacy anaesthetist
        attending crna np pa rn health_visitor outreach oncology ortho cardiology
    """,
    "LABEL": """
        difficult demanding heart_sink heartsink frequent_flyer frequent_flier
        poor_historian attention_seeking non_compliant noncompliant uncooperative
        manipulative drug_seeking drama dramatic histrionic whinge* whing* moan* malinger*
        secondary_gain claims claimed bless_her nonadherent non_adherent noncompliance
        non_concordant time_waster timewaster catastrophis* catastrophiz* overreact*
        hysterical lazy stubborn entitled googler dr_google exaggerat* putting_it_on faker
        faking poor_effort self_inflicted
    """,
    # how they say it
    "SAY": """
        say says said saying told tell tells telling mention* admit* confess* disclos*
        whisper* mutter* report* reports describ* explain* voice voiced voices volunteer*
        add added goes announced murmured mumbled blurted burst_out texted typed types wrote
        texts let_slip came_out revealed shared states stated stating repl* answer* respond*
        remarked confided talks talked spoke speaks speak shouted yelled snapped grumbled
        complains came_back called
    """,
    "ASK": """
        ask asks asked asking enquir* inquir* wonder wondered wonders wondering quer*
        question questions qs wants_to_know wanted_to_know want_to_know would_like_to_know
        keen_to_know pressed hear_about invited invite check checked checking curious_about
        tried drew_out q explored explore probed elicited find_out found_out
    """,
    "QWORD": """
        what how when why where which will can could would should is does do did if whether
        who
    """,
    "TELLPT": """
        told_him told_her told_them told_pt told_mum told_dad told_patient advised advise
        advised_to instructed counselled counseled educated informed warned explained
        explain let_him_know let_her_know gave_her gave_him laid_out spelled_out
        went_through talked_through walked_through walked_her walked_him talked_her
        talked_him ran_through set_out
    """,
    # feeling
    "EMO": """
        worried worr* afraid anxious* anxiet* scared scare* scary terrif* petrif* fear fears
        feared fearful fright* panic* nervous nerves dread* upset upsetting sad sadness
        low_mood down depress* miserable misery hopeless* despair* desperat* devastat*
        heartbroken heartbreak* gutted grief griev* bereft mourn* lonely loneliness alone
        isolated ashamed shame* shameful embarrass* humiliat* guilt* blame blames
        blaming_herself blaming_himself angry anger furious fury fuming livid cross annoyed
        irritated frustrat* fed_up hacked_off pissed_off had_enough sick_of tired_of
        overwhelm* burnt_out exhausted drained distress* disappoint* let_down jealous
        disgust* hate hates hated hating loathe* cant_bear cant_stand cant_cope cant_face
        useless worthless stupid failure failing broken burden nuisance pathetic wimp
        rubbish helpless powerless lost numb empty shocked shock shaken rattled on_edge
        tense stressed unsettled uneasy bothered concerned concern concerns apprehensive
        freaked freak* spooked haunted relief relieved crushed defeated trapped dreads
        regret* resent* homesick vexed sian paiseh hurt hurts_inside torn scarred
        butterflies jittery beside_herself beside_himself in_bits in_pieces at_the_end
        end_of_her_tether end_of_his_tether lost_it makes_her_skin_crawl doing_her_head_in
        gets_her_down getting_him_down scaring worrying frightening horrible awful terrible
        unbearable nightmare nightmares
    """,
    "WEEP": """
        tear tears tearful teary cry cries cried crying crys weep* wept sob* sobbed sobbing
        welled filled_up choked_up voice_cracked voice_cracking voice_broke voice_went
        voice_shook voice_wobbled voice_caught lip_wobbled lip_trembled chin_wobbled trembl*
        shaking shook hands_shaking shaky knuckles white_knuckle went_quiet went_silent
        fell_silent went_very_quiet very_quiet gone_quiet silent went_grey went_white
        went_pale looked_away turned_away face_fell head_down head_in_hands stared
        looked_at_the_floor eyes_filled eyes_wet wet_eyes sniff* gulp* crumpled broke_down
        froze flinch* winced gripp* clutch* wringing wrung twisting swallowed_hard
        long_pause couldnt_speak couldnt_finish lost_for_words tissue tissues hankie
        red_eyed breath_caught held_her_breath covered_her_face face_in_hands
        shoulders_dropped went_still quite_still pulled_the_sheet
    """,
    "FEARQ": """
        what_if did_i_cause my_fault his_fault her_fault is_it_my_fault did_i_do am_i_dying
        is_it_cancer is_it_back going_to_die gonna_die will_i_die why_me am_i_going_mad
        am_i_losing was_it_something_i was_it_me something_i_did comes_back come_back
        could_i_have should_i_have_noticed wake_up am_i_mad losing_my_mind
    """,
    "LOSS": """
        died dies dying dead death killed lost loses losing loss passed_away passed gone
        buried funeral miscarr* stillb* divorce* divorced separated left_her left_him
        walked_out moved_out split redundan* sacked laid_off lose_the_job lost_his_job
        lost_her_job job evict* homeless debt debts mortgage bills rent afford money skint
        benefits benefit cut_off bankrupt sold repossess* wont_see never_see give_up gave_up
        given_up giving_up had_to_stop had_to_leave no_longer not_any_more any_more anymore
        used_to cant_even cannot_even cant_lift cant_hold cant_sleep hasnt_slept not_slept
        no_sleep awake up_all_night sleepless havent_slept doesnt_sleep hasnt_left
        cant_leave housebound on_her_own on_his_own by_herself nobody no_one no_friends
        stopped_going stopped_seeing missed missing misses miss without_him without_her
        since_the since_he since_she
    """,
    "HARD": """
        struggl* hard tough difficult_time impossible too_much cant_manage cannot_manage
        cant_get barely hardly worn_out knackered shattered juggling caring_for
        looking_after sole_carer coping cope wrecked ruined ruin ruining robbed stolen
        taken_over life_on_hold on_hold prison prisoner furniture parcel rota ghost shell
        half_a_man old_woman machine invisible nobody_believes not_believed believe believed
        disbelieved fobbed_off fobbed passed_around bounced dismissed brushed_off ignored
        nobody_listens wont_listen not_listening every_doctor all_in_my_head in_my_head
        making_it_up no_answers third_time fourth waited waiting months_waiting lost_my
        letter_lost cancelled kept_waiting sleeps_on sleeping_on sleeping_in hides hide
        hidden pretend* lying_to lies_awake lain_awake dont_recognise stranger not_mine
        not_me someone_else another_winter bullied bullying teased stare staring laughed_at
        names unsafe threatened cant_work cant_drive bedbound wheelchair sheets pads wets
        accidents smell stink smells carrying stairs cold_house no_heating food_bank
        foodbank hungry skipping_meals
    """,
    "PROG": """
        first_time managed manage walked climbed slept finished completed achieved proud
        delighted chuffed thrilled over_the_moon beaming beamed grinning grinned grin
        smiling smile smiled walked_in danced swam cycled cooked drove back_at_work
        back_to_work got_back pb milestone record punched_the_air showed_me waved waving
        unaided without_stick without_the_frame no_stick by_himself on_her_feet all_the_way
        clean sober smoke_free fags_free quit smokefree lost_kilos dry_night dry_nights
        days_clean whole_night slept_through full_night held_the photo video medal
        certificate birthday wedding party best_week good_week better_than much_better
        finally yay brilliant_news great_news good_news
    """,
    "JOY": """
        delighted chuffed thrilled beaming beamed grinning proud pleased happy buzzing
        hurray over_the_moon stoked
    """,
    # clinician answers the feeling
    "EMPW": """
        sounds sounded sounding sound_like must_be must_have must_feel makes_sense
        made_sense make_sense no_wonder not_surprised no_surprise anyone_would anybody_would
        who_wouldnt i_would_too id_be id_feel id_have_been i_would_be i_would_feel of_course
        understandable understandably reasonable natural thats_a_lot a_lot_to_carry carrying
        heavy heavier brutal rotten cruel lonely_place frightening exhausting horrible awful
        gutting shattering unfair wretched maddening miserable_thing hell hard_place scary
        weight thank_you_for_telling thanked_her_for_telling thanked_him_for_telling glad_he
        glad_she glad_you took_guts takes_guts courage brave bravery sorry im_sorry so_sorry
        said_sorry not_your_fault wasnt_your_fault isnt_your_fault youre_not_alone with_you
        alongside that_deserves
    """,
    "SILENCE": """
        waited wait silence silent quiet said_nothing say_nothing no_words no_rush sat
        sat_with sat_beside sat_down sat_on stayed stay stayed_put stayed_with stayed_there
        stopped pen_down put_the_pen put_down the_pen_down closed_the_laptop shut_the_laptop
        laptop closed_the closed_my shut_the turned_the_screen screen_off pushed_back
        pulled_up pulled_my_chair pulled_a_chair chair knelt crouched held_her_hand
        held_his_hand held_hand hand_on let_it let_her_cry let_him_cry let_her_finish
        let_him_finish let_the gave_it_room gave_it_time gave_her_time gave_him_time left_it
        left_a_gap left_space gave_space space room_for didnt_fill didnt_speak didnt_hurry
        no_hurry kept_my_mouth mouth_shut kept_quiet count_of bit_my_tongue didnt_rush
        stopped_typing no_typing hands_off lapped_up listened listen heard_him_out
        heard_her_out paused pause nobody_spoke neither_of_us till_she_was until_she_was
        till_he_was until_he_was stop_talking shut_up put_the_goniometer put_the_clipboard
        clipboard down_tools minutes_of
    """,
    "NAMEFEEL": """
        named naming name_it reflected reflect mirrored acknowledged acknowledge
        acknowledging validat* normalis* normaliz* empathi* sympath* recognised guessed
        i_guessed wondered_if wondered_aloud wondered_whether i_wondered you_sound you_look
        you_seem looks_like seems_like sounds_like feels_like felt_like said_that_sounded
        said_it_sounded said_it_must that_must part_of_you tell_me_more tell_me say_more
        told_me_more whats_the_worst whats_hardest hardest worst_bit worst_part
        what_was_it_like what_is_it_like what_its_like whats_that_like what_that_was_like
        what_it_meant meant_to what_it_means asked_what_nights what_nights what_frightened
        what_scared what_scares what_worried what_worries what_upset how_that_felt
        how_it_felt how_she_felt how_he_felt how_they_felt what_she_was_afraid most_afraid
        worried_most worries_most who_knows whos_with who_else_knows whos_looking_after
        where_shed_gone
    """,
    "THIN": """
        acknowledged acknowledge validated validate empathised empathized sympathised
        sympathetic thats_normal normal common very_common thats_common everyone
        lots_of_people lots_of_folk many_people most_people usual bless poor_thing oh_dear
        aw aww sorry_to_hear well_done good_job good_on_you nice_one brilliant fantastic
        great lovely congrat* praised praise bravo super wicked woo high_five thumbs_up
        encouraged encouragement emotional_support offered_support support supportive
        gave_a_minute gave_her_a_minute gave_him_a_minute tissues hug sounds_tough
        that_sounds_hard must_be_hard noted_distress understand understood i_understand
        tough_one empathy shown
    """,
    "REASSURE": """
        reassur* dont_worry not_to_worry no_need_to_worry nothing_to_worry nothing_to_be
        be_fine fine itll_be ok all_ok youll_be shell_be hell_be all_good normal unlikely
        dont_think rare very_rare others_have_it worse_off others_manage plenty_of_people
        think_positive stay_positive positive look_on_the_bright bright_side cheer_up
        chin_up could_be_worse at_least lucky calm_down relax no_big_deal dont_be_silly
        silly youre_fine right_as_rain get_used_to safe perfectly_safe very_safe good_hands
    """,
    "MOVEON": """
        moved_on carried_on moved_to moved_straight went_on_to went_straight went_back_to
        back_to straight_to went_through changed_the_subject changed_subject changed_topic
        turned_to got_on_with pressed_on cracked_on proceeded proceed continued continue
        returned_to steered kept_going tapped_on typed_on kept_typing kept_writing
        ploughed_on skipped skated_past pushed_on went_ahead started_the ignored ignore
        didnt_answer no_comment left_the_room had_to_go ran_out_of_time no_time out_of_time
        running_late clock next_patient next_one next_question then_checked then_asked
        then_did noted nodded carried_on_with went_on onto on_to
    """,
    "BIOMED": """
        bp obs sats pulse temp ecg ekg bloods blood labs fbc crp hba1c inr lft lfts
        ultrasound scan scans mri ct xray x_ray swab urine dose doses dosage tablets meds
        medication drug drugs mg units tab tabs antibiotics antibiotic insulin steroid
        steroids injection inject* inhaler inhalers dressing dressings wound stitches
        sutures rom flexion extension grip power reflexes gait goniometer sets reps
        exercises hep physio_sheet leaflet leaflets handout sheet website referral referred
        refer phq gad score scores questionnaire form forms chart charts weight weighed
        measured measure measurements catheter drain splint cast boot frame folic_acid diet
        fluids fibre stool bowels sleep_hygiene protocol pathway guideline guidelines
        evidence statistics stats percent smear biopsy technique circuit bike treadmill hba
        bm vitals lungs clear chest abdomen stable booked book prescribed prescription
        script rx titrat* started increased decreased stopped switched
    """,
    "CONTRADISMISS": """
        imagination all_in_your nonsense rubbish_i attention silly ridiculous overreacting
        not_that_bad others_have real_pain grow_up man_up pull_yourself toughen
        what_did_you_expect what_did_u_expect own_fault brought_it_on brought_on_herself
        your_own_doing told_you_so i_told_you i_said_so serves should_have_thought
        thought_of_that lol haha joked joke jokes laughed rolled_my_eyes eye_roll eyeroll
        sigh sighed sarcas* cancel_med_school googl* wrong_websites excuse excuses
        excuses_excuses drama princess here_we_go usual_story usual_drama
        not_having_any_of_it talked_over cut_him_off cut_her_off cut_across interrupt*
        hurried yawn hurry fat lazy weak tough_love wake_up_call scared_straight gave_a_look
        told_off telling_off lecture* lectured ticked_off
    """,
    # partnership
    "WANT": """
        want wants wanted wanting prefer prefers preferred preference rather would_rather
        hed_rather shed_rather theyd_rather sooner hed_sooner shed_sooner would_like
        wld_like likes keen keen_on keen_to hoping_to after request* requesting asked_for
        asks_for asking_for asked_if_she_could asked_if_he_could could_she could_he fancied
        fancies wish wishes insists insisted begged pleaded not_keen reluctant doesnt_want
        didnt_want does_not_want dont_want doesnt_fancy refuses refused refusing declines
        declined wont will_not not_having no_more cant_do can_do cannot cant not_able unable
        too_far no_car works_nights night_shift shifts cant_afford cant_take hates_the
        believes believed thinks thought reckons reckoned convinced idea ideas notion view
        theory own_idea suggested proposes proposed instead only_if not_ready not_up_for
        against opposed worried_about_side nobody_to nowhere_to hopes_to dream dreams
        ambition aim aims target matter matters mattered important priority priorities goal
        goals objective
    """,
    "GOALASK": """
        what_matters what_mattered mattered_most matters_most most_important what_he_wants
        what_she_wants what_they_want wants_most wants_back want_back misses_most miss_most
        missed_most most_misses what_she_misses what_he_misses what_a_good good_day
        looks_like look_like would_look what_would_count what_counts what_better good_enough
        good_result what_she_cares what_he_cares cared_about cares_about care_about
        what_would_make worth_it worth_doing top_of_the_list top_of_her_list
        first_on_the_list his_list her_list his_goal her_goal their_goal pts_goal goal_hers
        goal_his own_goal in_his_words in_her_words patients_goal hers_is his_is living_for
        lives_for wants_to_be_able be_able_to priority priorities what_for whats_it_for
    """,
    "OPTION": """
        option options choice choices choose either or versus vs alternatives alternative
        three_ways two_ways both_ways on_the_table menu wait leave_it leaving_it sit_tight
        sitting_tight watch_and_wait watchful do_nothing doing_nothing hold_off holding_off
        no_treatment pros_and_cons pros_cons upsides downsides trade_offs laid_out offered
        offering put_side_by_side side_by_side weighed weighed_up compared between
    """,
    "CHOOSE": """
        chose chosen choose chooses picked picks pick opted opts opting went_with going_with
        went_for going_for plumped settled_on settles_on landed_on decided decides decision
        took_the she_took he_took elected elects selected her_pick his_pick her_choice
        his_choice their_choice her_call his_call their_call own_choice said_yes_to yes_to
        no_to so_we so_well so_that_is so_thats so_its so_thats_the_plan so_thats_what
        thats_the_plan thats_what_we is_the_plan is_now_the plan_now plan_rewritten rewrote
        rewritten redrew redrawn tore_up tore_it_up changed_the_plan plan_changed
        plan_changed_to swapped switched_to swopped dropped my_plan scrapped binned moved_it
        moved_the shifted built_around built_round built_it built_the built_on
        planned_around planned_round worked_around fitted_around fits_around designed
        hers_now his_now on_his_terms on_her_terms instead_of instead so_no so_only
        so_nights so_mornings starts_with we_start we_started kept_it dose_halved left_off
        held stays off_the it_is so_home so_video agreed_to_drop halved cut_to
        agreed_instead
    """,
    "AUTON": """
        up_to_you up_to_her up_to_him up_to_them your_call your_choice her_decision
        his_decision your_decision entirely_hers entirely_his can_change can_say_no say_no
        say_stop stop_me stop_any stop_at permission asked_if_i_could asked_if_i_might
        asked_whether_i asked_before asked_first may_i can_i could_i if_she_was_ok
        if_he_was_ok would_it_be_ok is_it_ok ok_if_i ok_to_share whether_i_could
        with_her_say with_his_say she_decides he_decides they_decide hell_decide
        shell_decide theyll_decide left_it_with door_open kept_the_door hell_ring shell_ring
        hell_phone shell_phone hell_call shell_call ill_ring ill_call ill_write ill_phone
        ill_speak i_will_ring ill_chase im_writing im_ringing i_ring i_write i_phone i_chase
        he_rings she_rings he_keeps she_keeps she_keeps_the he_logs she_logs who_does_what
        who_does my_job her_job his_job his_bit my_bit her_bit jobs_split split_the split_it
        her_side my_side me_to pt_to mum_to dad_to wife_to husband_to he_to she_to they_to
        she_does he_does i_do her_part my_part own_pace his_pace her_pace at_her_own
        at_his_own she_leads he_leads no_pressure free_to veto shes_in_charge hes_in_charge
        consent_each
    """,
    "AGREECHECK": """
        have_i_got got_that_right right_or_nearly does_that_fit does_it_fit does_that_sound
        does_that_match same_thing same_page on_the_same_page did_we_mean we_meant
        checked_we checked_that_we checked_it_was checked_this_was checked_she_was
        checked_he_was is_that_right was_that_right did_that_fit did_it_fit still_happy
        still_ok still_want still_right summed_up summarised played_back read_back
        read_it_back what_she_made_of what_he_made_of what_they_made_of made_of_it
        made_of_that made_of_this what_do_you_think what_do_you_make what_she_thought
        what_he_thought sit_right sat_right agreed_that agree_on agreed_on
        agreed_the_problem confirmed_with anything_missing missed_anything
        what_have_i_missed
    """,
    "STRENGTH": """
        worked_out had_worked_out figured_out already_knows already_knew knows_her knows_his
        knows_the knows_how she_knows he_knows they_know already already_does already_doing
        her_own_way his_own_way own_trick own_trick_of trick tricks taught_me showed_me
        teach_me expert experts her_expertise his_expertise skill skills skilled experience
        noticed_that spotted her_own_chart own_chart diary spreadsheet own_diary own_system
        her_system his_system own_method own_pacing used_her used_his kept_as built_on_what
        what_works what_worked what_helps what_has_helped whats_helped what_helped
        what_shed_tried what_hed_tried done_half half_my strengths strength credit
        hers_not_mine shes_right hes_right he_was_right she_was_right better_than_mine
        better_than_my stealing stole borrowing nicked pinched her_own his_own their_own
        as_a_baker as_a_nurse as_a trained_as used_to_be ex retired
    """,
    "PARTGEN": """
        shared_decision sdm shared_decision_making agreed_plan plan_agreed joint_decision
        jointly_agreed collaborative collaboratively patient_centred patient_centered
        person_centred happy_with_plan pt_happy happy_with happy_to agrees_with
        agrees_to_plan agreeable in_agreement on_board all_agreed agreed in_agreement_with
        agreeable_to goals_set goals_agreed goals_discussed discussed_options
        options_discussed understands_and_agrees content_with content consented consent
        verbal_consent mutual mutually fully_involved involved_in encouraged_self
        self_management self_mx smart_goals
    """,
    "CONTROL": """
        must have_to has_to had_to need_to needs_to told_him_to told_her_to told_them_to
        told_to insist insisted insisting instructed non_negotiable no_choice no_ifs
        compulsory rules rule protocol per_protocol policy per_policy regardless anyway
        overruled overrode not_an_option not_optional told_firmly firmly firm strict
        strictly lectured reiterat* emphasis* emphasiz* stressed_importance stressed_the
        impressed importance_of refused non_compliant noncompliant not_indicated
        not_appropriate not_possible not_today no_i_said i_said_no said_no declined said_we
        said_that_comes not_how doctors_orders my_way i_decide i_decided ive_decided
        decided_for her_husband_picked or_else otherwise or_the warned_him warned_her
        we_dont we_do_not we_are_going do_as do_what shall_be just_do just_do_it
        stop_smoking lose_weight weight_off done_anyway did_it_anyway went_ahead as_planned
        went_with_mine put_her_on put_him_on started_him started_her booked_anyway same_plan
        stuck_to stick_to kept_to sticking_with gave_the_same same_sheet leaflet_again again
        carry_on_as per_pathway signed_him_up signed_her_up i_ticked ticked
        got_the_injection
    """,
    # expectations
    "HOPEASK": """
        hoping hope hopes hoped expect expects expected expecting expectation expectations
        wants_from wanted_from hoped_for what_she_expected what_he_expected understands
        understanding what_she_understood what_he_understood her_understanding
        his_understanding ideas_concerns ice what_brings what_brought worried_it_might
        thought_it_was what_she_thought what_he_thought pictured imagined imagine picture
        from_today from_this get_out_of today_to made_of what_do_you_know already_knew_about
        heard_about read_about had_heard has_heard
    """,
    "QPLAN": """
        how_long how_soon how_much how_many how_often when_can when_will when_could
        when_would when_shed when_hed will_it will_i will_she will_he will_they can_i
        can_she can_he can_they could_i is_it is_this is_there does_it do_i does_this
        should_i should_she would_it what_happens what_would whats_next what_next why_is
        why_does why_do why_cant why_not whether if_it if_she_could if_he_could if_shed
        if_hed back_to_work drive driving fly flying run running normal_again ever_be
        ever_get get_better go_home going_home how_bad cure cured fix fixed permanent
        forever for_good last lasts safe_to allowed google googled read_online facebook
        tiktok youtube forum confused confusion baffled lost_track no_idea doesnt_understand
        didnt_understand not_sure_what muddled mixed_up thinks_the thought_the expecting_a
    """,
    "TIME": """
        0/0 day days week weeks month months year years hour hours min mins minutes wk wks
        mo mos mth mths yr yrs hr hrs d w fortnight fortnights tonight tomorrow tmrw tmw tom
        monday tuesday wednesday thursday friday saturday sunday mon tue tues wed weds thu
        thur thurs fri sat sun mondays tuesdays wednesdays thursdays fridays winter spring
        summer autumn easter christmas ramadan january february march april june july august
        september october november december morning mornings evening evenings noon lunchtime
        teatime half_term weekend sessions visits doses cycles
    """,
    "COURSE": """
        usually typically often likely probably expect commonly mostly most_people most
        tends tend takes take settle settles settled settling improve improves improving
        better worse peak peaks plateau plateaus heal heals healing recover recovers
        recovery course prognosis outlook range roughly about around between up_to at_least
        longer shorter sooner slow slower slowly gradual gradually dip dips ups_and_downs
        up_and_down flare flares setback setbacks relapse good_days bad_days wax stall
        stalls drag drag_on drags months_not weeks_not not_weeks not_days cant_promise
        cannot_promise can_not_promise no_promises no_guarantee cant_say dont_know
        i_dont_know dont_know_yet didnt_know nobody_knows not_certain not_sure unsure
        uncertain uncertainty honest honestly_dont chance chances odds risk one_in in_ten
        out_of in_three in_four in_five percent per_cent half_of two_thirds a_third
        a_quarter majority maybe perhaps might may could stop_if we_stop if_no_better
        no_better_by if_nothing_has by_then by_the_end rethink think_again review_whether
        try_for trial_for then_stop then_decide decide_at wean permanent lifelong long_term
        temporary wear_off wears_off kick_in kicks_in to_work start_working fade fades
        shrink shrinks grow_back
    """,
    "FEELLIKE": """
        will_feel feel_like feels_like itll_feel might_feel may_feel sting stings stinging
        burn burns burning ache aches aching sore soreness tingle tingles tingling throb
        throbs pull pulling tug tugging pressure cramp cramps cramping bruise bruising itch
        itchy itches dry_mouth metallic taste nausea nauseous queasy sick drowsy groggy
        woozy dizzy lightheaded tired tiredness fatigue headache headaches bloat bloating
        wind loose sweat sweats hot flush warm cold numb_lip heavy stiff stiffness swell
        swelling puffy click clicking crunch noise noisy loud banging scratchy sharp_scratch
        jolt wobbly emotional weepy flat low normal_to is_normal are_normal expected
        is_expected to_be_expected not_a_sign not_damage doesnt_mean_damage not_harm
        hurt_not_harm hurts_not side_effect side_effects first_few get_worse_before
        worse_before doms discomfort uncomfortable spotting oozing bleed a_bit_of
    """,
    "BECAUSE": """
        because so_that in_order reason why purpose works_by means to_see_whether to_see_if
        to_check to_rule to_find to_stop to_keep to_protect to_reduce to_lower to_build
        to_help to_give to_show to_let is_for its_for it_is_for the_point which_is_why
        lowers protects prevents reduces calms loads strengthens drains blocks cos cause coz
        is_to means_that explained_why explained_what explained_how drew sketched diagram
        model showed_her showed_him on_the_screen picture like_a analogy thinks_of_it
        imagine
    """,
    "TEACHBACK": """
        teach_back teachback teach_it_back tell_me_back told_me_back told_it_back
        tells_me_back say_it_back said_it_back said_back say_back ran_it_back run_it_back
        repeat repeated repeats repeated_back repeat_back own_words her_words his_words
        their_words put_it_into put_into played_it_back played_back gave_it_back
        gave_me_back gave_back recited recite read_back showed_me_back show_me show_back
        showed_me demonstrated demo explained_it_back explained_back explain_back
        explained_it_to in_her_own in_his_own in_their_own asked_what_shed_tell
        asked_what_hed_tell what_shed_tell what_hed_tell what_will_you_tell
        what_she_would_say what_hed_say what_shed_say back_to_me talk_me_through
        talked_me_through taught_me_the corrected got_it_right spot_on second_try first_try
        second_go first_go summarise summarised summarized recap word_perfect passed_it_back
        rehearsed listed named_the_three named_all
    """,
    "SAFETYNET": """
        if_it if_the if_she if_he if_any if_you if_there any if_not red_flag red_flags
        come_back back_in ring call phone ring_me ring_us call_me call_us 999 111 911 112
        000 ae a_and_e ed a_e er emergency same_day straight_away straight_in straight_to
        immediately urgent urgently at_once dont_wait do_not_wait not_wait no_waiting
        that_day go_in gp ambulance worse worsening spreading fever temp rigors chest_pain
        breathless short_of_breath calf numb numbness saddle blood bleeding pus hot redness
        jaundice yellow swelling soaking vomiting rash tight black blue white confused fits
        faint look_out watch_for look_for watch_out warning_signs safety_net safety_netted
        over_38 above_38 hours_ward crisis helpline hotline duty_line triage
    """,
    "NEXTSTEP": """
        tomorrow tmrw next booked see_again see_her see_him seeing review follow_up fu f_u
        appt appointment phone_call ring_her ring_him ill_ring ill_call will_ring will_call
        results result back_by letter list waiting_list slot clinic join joint meeting mdt
        scan_on theatre referral nurse_will team_will rings calls phoning ringing to_check
        to_see to_decide to_plan and_then then_we first_then bring bringing chase monday
        friday thursday tuesday wednesday
    """,
    "EXPGEN": """
        explained explanation discussed rationale_given rationale risks_explained
        risks_and_benefits risks_benefits counselled expectations_managed
        managed_expectations expectations safety_netted safety_netting safety_net_given
        usual_advice worsening_advice worsening_advice_given red_flags_given advice_given
        education_given educated verbalised_understanding verbalized_understanding
        understanding_verbalised prognosis_discussed answered_questions questions_answered
        all_questions qs_answered all_qs what_to_expect info_given information_given
        talked_through everything_explained plan_explained procedure_explained
        full_explanation outlined covered s_e_explained went_through_everything
        explained_everything explained_all
    """,
    "GUARANTEE": """
        guarantee guaranteed promise promised definitely certainly absolutely
        hundred_percent 100 for_sure of_course no_doubt will_be_fine be_fine youll_be_fine
        shell_be_fine hell_be_fine itll_be_fine good_as_new back_to_normal right_as_rain
        sorted in_no_time no_time easy_peasy piece_of_cake never_again never_come_back
        wont_come_back cured for_good nothing_to_worry_about a_doddle all_be_over wont_hurt
        wont_feel painless walk_in_the_park dancing running_by amazing fix_it will_fix
        will_sort brand_new leave_it_to_me trust_me no_problem no_probs
    """,
    "DODGE": """
        hard_to_say too_early not_discussing lets_not wait_and_see see_how_it_goes
        see_how_we_go one_step_at_a_time one_for_the thats_one_for ask_the ask_your ask_her
        ask_his consultant_will surgeon_will doctor_will he_would_have_to not_my_area
        not_my_department cant_answer didnt_answer never_answered not_answered no_answer
        avoided dodged fudged vague vaguely cross_that_bridge that_bridge lets_see well_see
        we_would_see we_will_see time_will_tell patience be_patient dont_worry_about_that
        leave_that lets_get lets_just lets_focus focus_on_today another_day next_time later
        didnt_get_to never_got deflected changed_the_subject shrugged its_routine
        just_routine routine wont_go_into dont_go_there stop_googling dont_google
        nothing_for_you how_long_is_a_piece piece_of_string not_now no_time not_today
        quickly moved_on talk_about_that_another
    """,
    # strain and repair
    "STRAINC": """
        complain* complaint waste_of_time wasting_my not_listening not_hearing you_people
        youre_not_listening you_dont_listen never_listen dont_care you_dont_care
        second_opinion someone_else another_doctor another_physio see_someone_else
        different_doctor raised_voice raised_his_voice shouted shouting swore swearing
        slammed stormed walked_out stood_up snapped snapped_at banged argued arguing hostile
        rude aggressive pals sue solicitor pushed_back pushing_back challenged accus*
        you_said you_told_me you_promised last_time_you wheres_the_real trusted_you
        trust_you dont_trust doesnt_trust disagree told_me_off had_a_go not_good_enough
        you_never you_always who_are_you how_dare your_fault had_words tersely sharply
        cold_voice arms_folded arms_crossed are_you_even
    """,
    "STRAINW": """
        whatever whatever_you whatever_you_think whatever_you_say youre_the_expert
        youre_the_doctor youre_the_boss you_know_best if_you_say_so suppose_so fine yeah yep
        sure one_word one_word_answers monosyllab* monosyllabic shrug shrugged shrugs
        shrugging nodded nodding eyes_on_the phone_out looked_at_the looked_at_her_phone
        clock coat coat_on bag_on picked_up_her gathered grabbed left_early cut_short
        ended_early early dna dnad did_not_attend didnt_attend no_show cancelled rescheduled
        didnt_book not_booked blank sheet_blank diary_blank forgot forgotten homework_not
        not_done undone quiet quieter flat went_flat shut_down closed_up clammed went_cold
        cold stopped_talking stopped_asking silent short_answers clipped polite politely
        smiled_politely changed_the_subject joked laughed_it_off no_eye_contact eye_contact
        looked_past looked_at_his not_meeting turned_to_the_wall back_to_me said_nothing
        said_little ok_ok yes_doctor yes_yes agreed_to_everything too_quickly very_quickly
        didnt_look switched_off tuned_out
    """,
    "REPAIR": """
        i_was_wrong my_mistake my_fault i_got_that_wrong got_it_wrong got_that_wrong
        you_are_right youre_right she_was_right he_was_right fair fair_point fair_enough
        apologis* apologiz* apology sorry said_sorry owned owned_it own_up that_was_on_me
        on_me thats_on_me that_is_on_me on_us rushed i_rushed i_pushed pushed_too id_pushed
        id_rushed i_missed id_missed i_skated ive_lost lost_you ive_upset upset_you
        did_i_say have_i i_noticed noticed_we noticed_that_we somethings_off something_off
        something_shifted something_changed between_us can_we_go_back go_back_to start_again
        start_over started_again begin_again try_again scratch_that rewind put_it_down
        take_that_back took_it_back took_that_back i_hadnt_listened hadnt_heard not_heard
        i_talked_over what_did_i_miss what_have_i_missed how_was_that thanked_her_for
        thanked_him_for thank_you_for_saying glad_you_said glad_she_said glad_he_said
        what_would_help could_i_have my_speed my_pace my_agenda
    """,
    "HINDSIGHT": """
        should_have shouldve should_of ought_to ought_to_have wish_i wish_id wished
        wish_i_had could_have couldve could_of might_have would_have wouldve in_hindsight
        hindsight looking_back on_reflection thinking_back with_hindsight next_time
        another_time another_day if_i_had had_i id_have i_never never_asked didnt_ask
        did_not_ask forgot_to forgot not_asked not_explored not_discussed not_addressed
        not_mentioned did_not_explore didnt_explore didnt_get didnt_check didnt_say
        didnt_offer didnt_mention never_got_round never_found_out not_sure_i note_to_self
        must_remember regret regrets missed_the missed_a_chance kicking_myself second_go
        given_another meant_to intend i_intend plan_to i_plan_to ill_ask ill_try try_to
        to_do todo later_i on_the_bus drive_home driving_home afterwards since_then
        still_thinking keeps_coming_back bothers_me sits_badly stays_with_me nags
        no_idea_what i_suspect suspect wonder_if_i
    """,
    "NEG": """
        not no never none nothing didnt dont doesnt wasnt isnt wont cant couldnt wouldnt
        hasnt havent hadnt without neither nor nil neg negative denies denied deny nobody
        aint cannot shouldnt werent arent
    """,
    "HYPO": """
        if would could should might maybe perhaps were supposing imagine could_have
        would_have unless
    """,
    "HX": """
        pmh pmhx hx history ros fhx shx dhx hpc background known previous previously past
        psychiatric psych diagnosed diagnosis dx disorder episode score scored phq gad
        on_examination oe exam o_e imp impression mse affect mood nad
    """,
    "PLANHDR": "plan p rx tx mx f_u fu imp a o s hpc pc",
    "SPEAKQ": "\" ' “ ” ‘ ’",
    "THANKS": "thank thanks thankyou thanked cheers grateful",
    "NUM": """
        0 0/0 one two three four five six seven eight nine ten dozen half couple few several
    """,
    # finer shades, so that rare words fall in with common ones
    "FEAR": """
        afraid fear* fright* scar* terrif* petrif* panic* worr* anxious* anxiet* nervous
        dread* apprehensive spooked freak* bricking jittery on_edge uneasy unsafe cold_sweat
        heart_racing hide_from avoid* phobi* nightmare* what_if
    """,
    "SADNESS": """
        sad sadness gutted griev* grief mourn* bereft heartbroken devastat* low lonely
        lonel* empty numb hopeless* despair* miserable weep* wept sob* tear* cry* cried lost
        crushed broke* ache_for miss_her miss_him heavy
    """,
    "ANGER": """
        angry anger furious fury fuming livid cross annoyed irritat* frustrat* fed_up hacked
        pissed mad resent* bitter seething rage raging hostile swore snapped shout*
        ticked_off had_enough sick_of spitting cheesed narked outrage*
    """,
    "SHAME": """
        asham* shame* embarrass* humiliat* mortif* guilt* blame* fault stupid useless
        worthless failure fail* burden nuisance disgust* dirty weak wimp coward fraud idiot
        pathetic let_everyone_down let_his let_her let_them sheepish blush* crimson went_red
    """,
    "RELIEF": """
        relie* exhale* breathed_out shoulders_dropped shoulders_came softened relaxed
        thank_god unclenched lighter settled eased calmer laughed smiled grinned snorted
        nodded
    """,
    "LIFE": """
        garden gardening allotment church mosque temple choir sing singing guitar piano
        football footie golf bowls swim swimming pool pub quiz dancing dance wedding
        wedding_day funeral holiday trip caravan plane flight school university exam exams
        college work job shift shop shopping market kitchen cooking cook baking bread
        porridge tea coffee meal sunday grandkids grandchildren grandson granddaughter dog
        cat horse cows herd lambing harvest farm pigeons bus car bike van lorry tractor
        stairs bath shower bed bedroom armchair sofa dishes laundry washing ironing floor
        carrying lift lifting kneel kneeling prayer pray fishing boat book reading knitting
        sewing phone video photo friends neighbour neighbours team prom game match stage
        playing play playground toddler pram fields market shed ladder
    """,
    "MONEY": """
        rent mortgage money benefits sick_pay wages paid pay cost costs afford bills debt
        pension insurance
    """,
    "BODYPART": """
        knee hip shoulder back neck ankle foot feet toe toes hand hands wrist elbow arm leg
        legs calf thigh spine head face eye eyes ear mouth throat chest heart lung lungs
        bowel bladder kidney kidneys liver skin scar scalp tongue jaw finger fingers thumb
        heel pelvis tendon ligament muscle muscles bone bones joint joints nerve nerves disc
        socket stump stoma womb breast belly tummy stomach gut vein veins artery arteries
        brain
    """,
    "TREAT": """
        physio surgery operation op procedure injection jab needle stent graft valve
        transplant dialysis chemo radiotherapy rehab programme splint brace cast boot frame
        walker stick crutches hoist mask cpap inhaler spacer patch cream tablets tablet pill
        pills capsules drops drip infusion oxygen dressing bandage bandages catheter stoma
        tube feed thickener fluids hearing_aid lens glasses exercises stretches squats
        bridges weights sets therapy cbt exposure counselling group class referral scan mri
        ct xray bloods biopsy ecg test tests
    """,
    "SOCIALROLE": """
        teacher builder farmer baker driver carer mother father nurse painter plasterer chef
        cook singer dancer student pupil retired pilot soldier priest imam boss employer
        union landlord lecturer artist mechanic welder cleaner
    """,
    "SIMILE": """
        like_a like_an like_being like_the as_if as_though as_though_she sort_of kind_of
        feels_like looks_like akin
    """,
    "OWN": """
        own her_own his_own their_own own_words own_idea own_suggestion idea ideas notion
        suggestion suggested by_herself himself herself themselves
    """,
    "AGREE": """
        agree agrees agreed yes yep aye ok okay deal settled fair right exactly nodded nods
        happy content
    """,
    "REFUSE": """
        no nope refuse* declin* wont dont_want didnt_want not_keen against reluctan*
        hesitant unsure objected shook_his_head shook_her_head
    """,
    "CONDITION": """
        if when unless until till once whenever should_it should_the any_sign any_of
        first_sign
    """,
    "URGENT": """
        ae ed 999 111 911 112 000 urgent same_day straight immediately that_day at_once
        ambulance crisis hotline line ring rings call phone text message
    """,
    "SYMPT": """
        pain fever rash swelling bleeding blood breathless breathlessness cough dizzy numb
        numbness tingling weakness vomiting nausea diarrhoea jaundice rigors temp
        temperature redness pus hot wheeze headache vision fits seizure faint confusion
        palpitations chest_pain itch yellow blue black swollen lump
    """,
    "KNOWING": """
        know knows knew known learn learnt learned understand understood realise realised
        aware clear clearer make_sense sense
    """,
    "GIVE": """
        gave give gives given handed offer offered offers put provided supplied issued
        arranged sorted
    """,
    "CHANGE": """
        change changed changes switch switched swap swapped drop dropped cut halved stop
        stopped start started move moved add added keep kept instead rewrote rewritten
        adjust adjusted tweak tweaked
    """,
    "STAY": """
        stay stayed stays remain remained keep keeps kept still hold held continue continued
        same
    """,
    "PLANWORD": """
        plan plans planned programme schedule list target targets goal goals aim aims step
        steps next contract
    """,
    "SCREEN": """
        screen computer keyboard typing typed laptop pen clipboard chart notes form forms
        paper sheet folder handout leaflet letter booklet website app
    """,
    "PROXIMITY": """
        sat sit knelt crouched chair stool floor beside next_to alongside eye_level eye_line
        hand held arm shoulder door doorway corridor curtain
    """,
    "SPEECHHOW": """
        quietly softly slowly plainly bluntly straight honest honestly openly frankly firmly
        gently aloud out_loud flat_out direct upfront candid level blunt truth truthfully
    """,
    "MINIMISE": """
        just only merely simply little bit nothing small tiny fine normal routine common
        usual at_least quick
    """,
    "MUSTY": """
        must have_to need_to got_to has_to needs_to should ought no_choice rules policy
        protocol per_protocol required compulsory mandatory regardless anyway
    """,
    "ALWAYSNEVER": "always never every everyone nobody none all nothing ever again",
    "SELFASIDE": """
        honestly frankly luckily sadly funny odd looking_back truth_is to_be_fair tbh lol
        haha ugh sigh 🙄 oops yikes
    """,
    "ANSWERYN": """
        yes no maybe probably unlikely likely not_yet not_necessarily depends usually rarely
        often sometimes absolutely
    """,
    "EYES": """
        eyes eye_contact looked look looking stared gaze glance glanced floor ceiling window
        clock watch watched
    """,
    "BODYLANG": """
        shrug* nod* sigh* flinch* fidget* fold* arms_folded turned_away leaned leant slump*
        tens* stiffen* fists jaw clench* sleeve knees rocking pacing
    """,
    "LEAVE": """
        left leave leaves leaving gone went walked_out door coat bag keys early end ended
        cancelled dna discharged discharge home
    """,
    "PAST": """
        last_time last_visit last_week last_session last_month previous previously earlier
        before ago used_to since
    """,
    "LATENIGHT": """
        night nights sleep sleeps slept asleep awake wakes waking bed lie lying lay tired
        3am 2am 4am insomnia
    """,
    "LISTEN": """
        listen* hear hears heard hearing let_her let_him let_them talk talked talking story
        stories tell_me say_more
    """,
    "THANKSORRY": """
        thank thanks thanked sorry apolog* appreciate grateful glad pleased_you
    """,
    "FAULT": """
        my_fault my_mistake my_error on_me on_us i_got i_was_wrong wrong mistake error
        missed forgot rushed lecturing preaching pushed
    """,
    "WAITTIME": """
        wait waited waiting delay delayed late kept_waiting cancelled postponed rescheduled
        queue list months
    """,
    "THIRD": """
        consultant surgeon gp specialist nurse team colleague someone_else others they_said
        other_doctor another
    """,
}
