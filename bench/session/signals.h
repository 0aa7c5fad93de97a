#ifndef BREAKEVEN_SESSION_SIGNALS_H
#define BREAKEVEN_SESSION_SIGNALS_H

#include <signal.h>

/* Lets SIGINT, SIGTERM and SIGHUP set visit_interrupted, and blocks them: they are let in only
 * while a visit is waited for. The mask of before goes to *before. The handlers stay, so that a
 * second signal ends at once what comes after the visits, too. */
void signals_catch(sigset_t *before);

/* The signal that interrupted the program; 0: none. */
int signals_interrupted(void);

/* Where this process is process 1 of a container or PID namespace, has it end at SIGINT, SIGTERM,
 * SIGHUP and SIGQUIT as any other does: the kernel does nothing for it that is not asked for.
 * SIGHUP stays ignored where it is. */
void signals_end_process_one(void);

/* Where CPU time is limited, has the process say so when that is used up: the kernel kills at the
 * hard limit without a word, and so the soft one is made to come before. */
void signals_tell_cpu_limit(void);

#endif
