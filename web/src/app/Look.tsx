import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { meQuery } from './session';
import { themeOf } from './theme';

const colours = localStorageColorSchemeManager({ key: 'provost.colours' });

/** How the app looks: the tenant's accent once it is known, light or dark as the person wants it. */
export function Look({ nonce, children }: { nonce: string; children: ReactNode }) {
  const accent = useQuery({ ...meQuery, enabled: false }).data?.tenant.accent ?? '';
  const theme = useMemo(() => themeOf(accent), [accent]);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={colours} getStyleNonce={() => nonce}>
      {children}
    </MantineProvider>
  );
}
