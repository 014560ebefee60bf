import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { ActsProvider } from '@/app/acts';
import { ShortcutProvider } from '@/app/keys';

/** Renders within what every page stands in, without animations. */
export function show(node: ReactNode) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <MantineProvider env="test">
      <QueryClientProvider client={client}>
        <ActsProvider>
          <ShortcutProvider>{node}</ShortcutProvider>
        </ActsProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
}
