import { QueryErrorResetBoundary } from '@tanstack/react-query';
import { Component, type ReactNode } from 'react';
import { ErrorState } from './States';

interface Props {
  children: ReactNode;
}

/** Shows what was thrown below it in place of it, with a way to try again. */
export function ErrorBoundary({ children }: Props) {
  return <QueryErrorResetBoundary>{({ reset }) => <Boundary reset={reset}>{children}</Boundary>}</QueryErrorResetBoundary>;
}

class Boundary extends Component<Props & { reset: () => void }, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    const retry = () => {
      this.props.reset();
      this.setState({ error: undefined });
    };
    return <ErrorState error={this.state.error} retry={retry} whole />;
  }
}
