"""What is behind the door for people: travellers' pages and questions, officers, staff."""

from fastapi import FastAPI

from register.applying import Applying
from register.grants import GrantPolicy, Grants
from register.looking import Looker, NetLooker
from register.service import gates, officers, passages, people, travellers
from register.service.callers import Callers
from register.service.desk import Desk
from register.service.pages import add_pages
from register.service.problems import handle_problems

WORDS = (*gates.WORDS, *passages.WORDS, *travellers.WORDS, *officers.WORDS, *people.WORDS)


def open_to_people(
    app: FastAPI, desk: Desk, callers: Callers, looker: Looker | None, policy: GrantPolicy | None
) -> None:
    grants = Grants(desk.store, policy or GrantPolicy())
    handle_problems(app, WORDS)
    add_pages(app)
    app.include_router(travellers.traveller_routes(desk, callers, Applying(grants, looker or NetLooker())))
    app.include_router(officers.officer_routes(desk, callers, grants))
    app.include_router(people.people_routes(desk, callers))
