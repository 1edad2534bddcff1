"""The first floor of the container: the rooms that a mail goes through, from taking in to acting."""

from __future__ import annotations

from dependency_injector import providers

from application.acting.actions import Actions
from application.acting.execution import Execution
from application.acting.grounds import GroundsKeeper
from application.acting.outgoing import Outgoing
from application.calendars.desk import Calendars
from application.finance.desk import Finance
from application.freshness import Freshness
from application.intake.backfills import Backfills
from application.intake.handing_on import HandingOn
from application.intake.hooks import Hooks
from application.intake.intake import Intake
from application.intake.joining import Joining
from application.intake.one_time_codes import OneTimeCodes
from application.intake.rounds import Rounds
from application.intake.searching import Searching
from application.intake.sweeping import Sweeping
from application.intake.threads import Threads
from application.intake.visits import Visits
from application.intake.woken import Woken
from application.owing.follow_ups import FollowUps
from application.proposing.correcting import Correcting
from application.proposing.rule_book import RuleBook
from application.triage.model_brain import ModelBrain
from application.triage.triage import Prefilter, Triage
from application.work.desk import Work
from daemon.outside import Outside


class Rooms(Outside):
    """What acts, what judges, what takes in; and the desks for calendars, work and money."""

    # Acting
    freshness = providers.Singleton(Freshness, Outside.clock)
    grounds = providers.Singleton(GroundsKeeper, Outside.store, Outside.zone)
    outgoing = providers.Singleton(
        Outgoing,
        store=Outside.store,
        connections=Outside.connections,
        writer=Outside.writer,
        invitations=Outside.ics,
        zone=Outside.zone,
    )
    execution = providers.Singleton(
        Execution,
        store=Outside.store,
        connections=Outside.connections,
        grounds=grounds,
        halt=Outside.halt,
        clock=Outside.clock,
        hourly_cap=Outside.settings.provided.actions.hourly_cap,
        written=freshness.provided.drop,
    )
    actions = providers.Singleton(
        Actions,
        store=Outside.store,
        connections=Outside.connections,
        outgoing=outgoing,
        execution=execution,
        grounds=grounds,
        halt=Outside.halt,
        clock=Outside.clock,
    )

    # Judging and proposing
    model_brain = providers.Singleton(
        ModelBrain,
        models=Outside.models,
        breaker=Outside.breaker,
        privacy=Outside.accounts.provided.privacy,
        zone=Outside.zone,
        near=Outside.local_brain,
        familiar=outgoing.provided.familiar,
    )
    triage = providers.Singleton(
        Triage,
        store=Outside.store,
        first=providers.List(providers.Singleton(Prefilter)),
        local=Outside.local_brain,
        memory=Outside.corrections_memory,
        clock=Outside.clock,
        sure_at=Outside.settings.provided.triage.sure_at,
        deep=model_brain,
    )
    rule_book = providers.Singleton(RuleBook, Outside.store, actions, Outside.clock)
    correcting = providers.Singleton(Correcting, triage, rule_book)

    # The desks that look at what arrives
    visits = providers.Singleton(Visits, Outside.store, Outside.clock)
    woken = providers.Singleton(Woken)
    calendars = providers.Singleton(
        Calendars,
        store=Outside.store,
        connections=Outside.connections,
        actions=actions,
        announcing=Outside.announcing,
        freshness=freshness,
        invitations=Outside.ics,
        visits=visits,
        clock=Outside.clock,
        hours=Outside.settings.provided.hours,
    )
    work = providers.Singleton(
        Work,
        store=Outside.store,
        connections=Outside.connections,
        actions=actions,
        announcing=Outside.announcing,
        freshness=freshness,
        models=Outside.models,
        privacy=Outside.accounts.provided.privacy,
        brain=Outside.local_brain,
        woken=woken,
        visits=visits,
        clock=Outside.clock,
        zone=Outside.zone,
    )

    # Taking in
    codes = providers.Singleton(OneTimeCodes)
    joining = providers.Singleton(Joining, Outside.store, Outside.connections)
    intake = providers.Singleton(
        Intake,
        store=Outside.store,
        reader=Outside.reader,
        codes=codes,
        visits=visits,
        clock=Outside.clock,
        first_limit=Outside.settings.provided.poll.first_limit,
        joining=joining,
    )
    follow_ups = providers.Singleton(FollowUps, Outside.store, Outside.clock)
    threads = providers.Singleton(Threads, Outside.store, actions, follow_ups)
    handing_on = providers.Singleton(
        HandingOn,
        store=Outside.store,
        triage=triage,
        rule_book=rule_book,
        seers=providers.List(calendars, work, threads),
        clock=Outside.clock,
    )
    sweeping = providers.Singleton(Sweeping, Outside.store, intake, Outside.clock)
    rounds = providers.Singleton(
        Rounds,
        store=Outside.store,
        connections=Outside.connections,
        intake=intake,
        handing_on=handing_on,
        threads=threads,
        sweeping=sweeping,
        actions=actions,
        execution=execution,
        visits=visits,
        clock=Outside.clock,
        before_poll=Outside.breaker.provided.allow_probe,
        followers=providers.List(calendars, work),
    )
    hooks = providers.Singleton(
        Hooks,
        store=Outside.store,
        connections=Outside.connections,
        rounds=rounds,
        joining=joining,
        woken=woken,
        visits=visits,
        clock=Outside.clock,
    )
    backfills = providers.Singleton(Backfills, rounds, Outside.store, Outside.clock)
    searching = providers.Singleton(Searching, visits, rounds.provided.take_in_found)

    # Money, which looks at what was taken in
    finance = providers.Singleton(
        Finance,
        store=Outside.store,
        connections=Outside.connections,
        take_in=rounds.provided.take_in_found,
        reader=Outside.documents,
        models=Outside.models,
        privacy=Outside.accounts.provided.privacy,
        announcing=Outside.announcing,
        vault=Outside.vault,
        senders=Outside.settings.provided.books.senders,
        clock=Outside.clock,
        zone=Outside.zone,
    )
