import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import '@/app/base.css';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { watchPresence } from '@/api/presence';
import { Problem, problemOf } from '@/api/problem';
import { ActsProvider } from '@/app/acts';
import { ShortcutProvider } from '@/app/keys';
import { Look } from '@/app/Look';
import { router } from '@/app/router';
import { ErrorBoundary } from '@/patterns/ErrorBoundary';
import { PageSkeleton } from '@/patterns/States';

const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';
watchPresence();
setNonce(nonce); // for what holds the page still behind a dialog

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => failures < 2 && (problemOf(error).status === 0 || problemOf(error).status >= 500),
    },
  },
});

/** What a boundary shows as a state of the page is told to nobody else; what is a fault of ours is. */
function onCaughtError(error: unknown) {
  if (!(error instanceof Problem)) reportError(error);
}

const place = document.getElementById('root');
if (place)
  createRoot(place, { onCaughtError }).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Look nonce={nonce}>
          <Notifications position="bottom-right" />
          <ErrorBoundary>
            <ActsProvider>
              <ShortcutProvider>
                <Suspense fallback={<PageSkeleton />}>
                  <RouterProvider router={router} />
                </Suspense>
              </ShortcutProvider>
            </ActsProvider>
          </ErrorBoundary>
        </Look>
      </QueryClientProvider>
    </StrictMode>,
  );
