import { notifications } from '@mantine/notifications';
import { problemOf } from '@/api/problem';
import { words } from '@/words';
import { isolate } from '@/words/isolate';

/** Says quietly that something is done. */
export function done(message: string) {
  notifications.show({ message, color: 'gray', autoClose: 4000, closeButtonProps: { 'aria-label': words.do.close } });
}

/** Says that something did not work, why, and the request's id. Stays until it is closed. */
export function failed(error: unknown) {
  const problem = problemOf(error);
  notifications.show({
    title: problem.status === 0 && problem.code === 'unreachable' ? words.state.unreachable : words.state.failed,
    message: problem.requestId ? `${isolate(problem.message)} ${words.state.requestId}: ${problem.requestId}` : problem.message,
    color: 'red',
    autoClose: false,
    role: 'alert',
    closeButtonProps: { 'aria-label': words.do.close },
  });
}
