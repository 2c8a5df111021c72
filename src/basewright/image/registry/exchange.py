"""One request to a registry, until it is answered: login, redirects, patience (distribution-spec 1.1).

Redirects are followed by hand: at most five, never from TLS to none, and what we know of ourselves goes to no other
origin. What may pass (a full queue, a broken connection) is tried again a few times; what a registry asks to wait for
is waited for, as long as that is short.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final, TypeVar

from basewright.errors import InputError, RemoteError
from basewright.image.registry.authorization import Authorizer
from basewright.image.registry.challenge import parse_challenges
from basewright.image.registry.endpoints import Endpoint
from basewright.image.registry.refusals import LONGEST_WAIT, Budget, BusyError, denied, refusal
from basewright.image.registry.settings import RegistrySettings
from basewright.image.registry.tokens import RefusedError
from basewright.image.registry.trust import is_own, reach_for, tls_for
from basewright.ports.addresses import AddressError, Reach, WebAddress
from basewright.ports.clock import Waiter
from basewright.ports.http import Headers, HttpClient, HttpRequest, HttpResponse, NoTlsError, Pace, UnconnectedError

TRIES: Final = 4
_BACKOFF: Final = 0.5
_REDIRECTS: Final = 5
_REDIRECTING: Final = frozenset({301, 302, 303, 307, 308})
_DRAINED: Final = 16 * 1024
"""Bytes of a login's or a redirect's body that are read at most."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Answer:
    """A small answer, read whole."""

    status: int
    headers: Headers
    body: bytes = field(repr=False)
    address: WebAddress


@dataclass
class Exchange:
    """Sends requests to one endpoint. Safe to use from several threads."""

    http: HttpClient
    endpoint: Endpoint
    authorizer: Authorizer
    settings: RegistrySettings
    waiter: Waiter
    told: Callable[[str], None]
    budget: Budget = field(default_factory=Budget)
    _scheme: str | None = None
    _reach: Reach = Reach.PUBLIC

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port that answered last."""
        return self._address(f"{self._scheme or 'https'}://{self.endpoint.host}/").origin

    def fetch(
        self, method: str, target: str, *, limit: int, accept: str = "*/*", known: frozenset[int] = frozenset({200})
    ) -> Answer:
        """Return the answer to a request for `target` (path and query) with a body of at most `limit` bytes.

        Statuses beside `known` are raised as errors: RemoteError, InputError for what is not there.
        """
        small = self.settings.small_pace

        def once() -> Answer:
            with self._answered(method, target, {"Accept": accept}, known, small) as (answer, address):
                return Answer(answer.status, answer.headers, answer.read(limit), address)

        return self._patiently(once)

    @contextmanager
    def open(self, target: str, headers: Mapping[str, str], known: frozenset[int]) -> Iterator[HttpResponse]:
        """Return the answer to a GET of `target`, its body unread; like `fetch` otherwise."""
        with ExitStack() as stack:

            def once() -> HttpResponse:
                return stack.enter_context(self._answered("GET", target, headers, known, self.settings.pace))[0]

            yield self._patiently(once)

    def _patiently(self, once: Callable[[], _T]) -> _T:
        """Return what `once` does, tried again where its failure may pass."""
        for number in range(1, TRIES):
            try:
                return once()
            except RemoteError as error:
                if not error.is_temporary:
                    raise
                asked = error.seconds if isinstance(error, BusyError) else None
                if asked is not None and asked > LONGEST_WAIT:
                    raise
                wait = _BACKOFF * 2 ** (number - 1) if asked is None else max(float(asked), _BACKOFF)
                self.told(f"{error}: trying again in {wait:g} s")
                self.waiter.wait(wait)
        return once()

    @contextmanager
    def _answered(
        self, method: str, target: str, headers: Mapping[str, str], known: frozenset[int], pace: Pace
    ) -> Iterator[tuple[HttpResponse, WebAddress]]:
        """Yield the answer of one try: after login and redirects."""
        with ExitStack() as stack:
            answer, address = self._first(stack, method, target, headers, pace)
            if answer.status == 401 and is_own(address, self.endpoint):
                sent = self.authorizer.known(self.endpoint)
                _drain(answer)
                stack.close()
                self._log_in(answer, address, sent)
                answer, address = self._first(stack, method, target, headers, pace)
            self.budget.note(answer.headers, self.endpoint.registry, self.told)
            if answer.status not in known:
                raise refusal(answer, self.endpoint, target, address, has_credential=self._has_credential)
            yield answer, address

    def _first(
        self, stack: ExitStack, method: str, target: str, headers: Mapping[str, str], pace: Pace
    ) -> tuple[HttpResponse, WebAddress]:
        """Return the answer after redirects; where the registry's scheme is not known yet, find it out."""
        schemes = (self._scheme,) if self._scheme else ("https", "http") if self.endpoint.may_be_plain else ("https",)
        for scheme in schemes:
            address = self._address(f"{scheme}://{self.endpoint.host}{target}")
            try:
                found = self._follow(stack, method, address, headers, pace)
            except UnconnectedError as error:
                # Who once spoke TLS is never asked without. A registry that is declared plain may listen at 80 alone.
                is_plain = isinstance(error, NoTlsError) or address.port == 443
                if self._scheme is not None or scheme == schemes[-1] or not is_plain:
                    raise
            else:
                return found
        raise RemoteError(f"no way to ask {self.endpoint.registry}")

    def _follow(
        self, stack: ExitStack, method: str, address: WebAddress, headers: Mapping[str, str], pace: Pace
    ) -> tuple[HttpResponse, WebAddress]:
        """Return the answer after at most five redirects, and where it came from."""
        origin = address.origin
        for _ in range(_REDIRECTS + 1):
            sent = dict(headers)
            if address.origin == origin and (known := self.authorizer.known(self.endpoint)) is not None:
                sent["Authorization"] = known
            reach = reach_for(address, self.endpoint, self.settings, self._reach)
            tls = tls_for(address, self.endpoint, self.settings)
            request = HttpRequest(method, str(address), sent, b"", reach, tls, pace)
            answer = stack.enter_context(self.http.send(request))
            if address.origin == origin:
                self._note(answer, address)
            if answer.status not in _REDIRECTING or (location := answer.headers.get("location")) is None:
                return answer, address
            _drain(answer)
            stack.close()
            address = self._redirected(address, location)
        raise RemoteError(f"{self.endpoint.registry} redirects more than {_REDIRECTS} times")

    def _note(self, answer: HttpResponse, address: WebAddress) -> None:
        """Remember how the registry is asked and how far inside it lies; behind a proxy only its name can tell."""
        self._scheme = address.scheme
        if answer.reach is not None:
            self._reach = min(answer.reach, Reach.LOOPBACK)
        elif self.endpoint.is_loopback:
            self._reach = Reach.LOOPBACK

    def _redirected(self, address: WebAddress, location: str) -> WebAddress:
        try:
            there = address.join(location)
        except AddressError as error:
            raise RemoteError(f"{address.authority} redirects to what cannot be asked: {error}") from error
        if address.scheme == "https" and there.scheme != "https":
            raise RemoteError(f"{address.authority} redirects to a place without TLS: {there.shown}")
        return there

    def _log_in(self, answer: HttpResponse, address: WebAddress, sent: str | None) -> None:
        """Answer the challenge, or raise RemoteError where nothing is known that was not tried."""
        is_plain = address.scheme == "http"
        challenges = parse_challenges(answer.headers.all("www-authenticate"))
        try:
            header = self.authorizer.answer(
                self.endpoint, challenges, is_plain=is_plain, reach=self._reach, refused=sent
            )
        except RefusedError as error:
            raise denied(self.endpoint, has_credential=self._has_credential) from error
        if header is None:
            raise denied(self.endpoint, has_credential=self._has_credential)

    @property
    def _has_credential(self) -> bool:
        return self.authorizer.has_credential(self.endpoint)

    @staticmethod
    def _address(url: str) -> WebAddress:
        try:
            return WebAddress.parse(url)
        except AddressError as error:
            raise InputError(f"no registry can be asked there: {error}") from error


def _drain(answer: HttpResponse) -> None:
    """Read what is left of a small answer: its connection can be used again then."""
    if (answer.headers.number("content-length") or 0) <= _DRAINED:
        with suppress(RemoteError):
            answer.read(_DRAINED)
