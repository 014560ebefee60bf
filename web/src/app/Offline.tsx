import { IconCloudOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { words } from '@/words';
import { formats } from '@/words/localisation';
import { useLink } from './live';
import classes from './live.module.css';

const patience = 4000; // milliseconds that a connection may take to come back without a word

/** Says that what is on screen may be old, once the connection is gone for a while. */
export function Offline() {
  const link = useLink();
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (link.on) return;
    const timer = setTimeout(() => setLate(true), patience);
    return () => clearTimeout(timer);
  }, [link]);
  return (
    <div role="status" className={classes.place}>
      {late && (
        <span className={classes.offline}>
          <IconCloudOff size={16} aria-hidden />
          {words.live.off(formats().clock.format(link.at))}
        </span>
      )}
    </div>
  );
}
