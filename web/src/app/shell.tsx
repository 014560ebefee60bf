import { AppShell, Badge, Burger, Kbd, Loader, Tooltip, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { Suspense, useEffect, useRef } from 'react';
import { ErrorBoundary } from '@/patterns/ErrorBoundary';
import { NoPermission, PageSkeleton } from '@/patterns/States';
import { words } from '@/words';
import { Account } from './account';
import { type Area, areasFor, labelOf, mayOpen, type PageEntry } from './areas';
import { Bell } from './Bell';
import { useShortcut } from './keys';
import { Leaving } from './Leaving';
import { Live } from './live';
import { useLocalisation } from './localisation';
import { Offline } from './Offline';
import { Proof } from './Proof';
import { Palette } from './palette';
import { SignedOut } from './SignedOut';
import { useMe } from './session';
import classes from './shell.module.css';
import { nameSite, useTitle } from './title';

/** What stands around every page: rail, bar, palette. */
export function Shell() {
  const me = useMe();
  const written = useLocalisation(me);
  const areas = areasFor(me);
  const [opened, { toggle, close }] = useDisclosure();
  const path = useRouterState({ select: (state) => state.location.pathname });
  // of the page that is on the screen: it stays, and is not built anew, until the next one is there
  const shown = useRouterState({ select: (state) => state.matches.at(-1)?.pathname ?? state.location.pathname });
  const busy = useRouterState({ select: (state) => state.status === 'pending' });
  nameSite(me.tenant.title || words.app.name);
  useTitle(labelOf(path) ?? words.app.name);
  const main = useRef<HTMLElement>(null);
  const before = useRef(path);

  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    close();
    main.current?.focus({ preventScroll: true }); // as a browser does when it loads a page
  }, [path, close]);

  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 'var(--rail)', breakpoint: 'sm', collapsed: { mobile: !opened } }}
      transitionDuration={0}
    >
      <a className="skip" href="#content">
        {words.app.skip}
      </a>
      <AppShell.Header className={classes.header}>
        <Burger
          opened={opened}
          onClick={toggle}
          hiddenFrom="sm"
          size="sm"
          aria-label={opened ? words.app.closeNavigation : words.app.openNavigation}
          aria-expanded={opened}
        />
        <Link to="/" className={classes.brand}>
          <img src="/icon.svg" alt="" width={26} height={26} />
          <span>{me.tenant.title || words.app.name}</span>
        </Link>
        {me.tenant.demo && (
          <Tooltip label={words.app.demoHelp}>
            <Badge variant="outline" color="gray" size="sm" visibleFrom="xs">
              {words.app.demo}
            </Badge>
          </Tooltip>
        )}
        <span className={classes.grow} />
        {busy && <Loader size="xs" aria-label={words.state.loading} />}
        <UnstyledButton className={classes.search} onClick={spotlight.open} visibleFrom="sm">
          <IconSearch size={16} aria-hidden />
          <span className={classes.grow}>{words.app.search}</span>
          <Kbd size="xs">Ctrl K</Kbd>
        </UnstyledButton>
        <UnstyledButton onClick={spotlight.open} hiddenFrom="sm" aria-label={words.app.search} p={8}>
          <IconSearch size={20} aria-hidden />
        </UnstyledButton>
        <Bell />
        <Account me={me} />
      </AppShell.Header>
      <AppShell.Navbar className={classes.rail} aria-label={words.app.navigation}>
        {areas.map((area) => (
          <RailArea key={area.label} area={area} at={path} />
        ))}
      </AppShell.Navbar>
      <AppShell.Main className={classes.main} ref={main} tabIndex={-1} id="content">
        <div className={classes.content}>
          <ErrorBoundary key={`${shown} ${written}`}>
            <Suspense fallback={<PageSkeleton />}>{mayOpen(me, path) && mayOpen(me, shown) ? <Outlet /> : <NoPermission />}</Suspense>
          </ErrorBoundary>
        </div>
      </AppShell.Main>
      {areas
        .flatMap((area) => area.pages)
        .map((page) => (
          <GoShortcut key={page.path} page={page} />
        ))}
      {me.kind === 'tenant' && <Live />}
      {me.kind === 'tenant' && <Offline />}
      <Palette />
      <Proof />
      <SignedOut />
      <Leaving />
    </AppShell>
  );
}

function RailArea({ area, at }: { area: Area; at: string }) {
  const alone = area.pages.length === 1 && area.pages[0]?.path === '/';
  let heading: string | undefined;
  // a page below which another page of the rail lies is not the one that is open when that one is
  const deeper = (page: PageEntry) => area.pages.some((other) => other.path.startsWith(`${page.path}/`) && at.startsWith(other.path));
  return (
    <>
      {!alone && <div className={classes.area}>{area.label}</div>}
      <ul className={classes.list}>
        {area.pages.map((page) => {
          const shown = page.heading !== heading ? page.heading : undefined;
          heading = page.heading;
          return (
            <li key={page.path}>
              {shown && <div className={classes.heading}>{shown}</div>}
              <Link
                to={page.path}
                className={classes.link}
                activeOptions={{ exact: page.path === '/' || deeper(page), includeSearch: false }}
                activeProps={{ 'aria-current': 'page' }}
              >
                <page.icon size={18} stroke={1.6} aria-hidden />
                {page.label}
              </Link>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function GoShortcut({ page }: { page: PageEntry }) {
  const navigate = useNavigate();
  useShortcut(page.letter ? `g ${page.letter}` : '', words.keys.go(page.label), () => void navigate({ to: page.path }), { global: true });
  return null;
}
