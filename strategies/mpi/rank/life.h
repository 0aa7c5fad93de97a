#ifndef BREAKEVEN_STRATEGIES_MPI_RANK_LIFE_H
#define BREAKEVEN_STRATEGIES_MPI_RANK_LIFE_H

/* This rank outlives neither who has started it (mpirun, or its daemon on this host) nor the visit.
 * Of a visit whose host cannot be reached any more nothing is heard here: most_s, as a number of
 * seconds in text, is how long any of its ranks may live; "0": for ever. Then the rank asks who has
 * started it to end, since MPICH's daemon would wait for ever, and a little later it kills both. */
void life_follow(const char *most_s);

/* Rank 0 ends a second after the process at the other end of its socket, where it has not ended by
 * itself: by srun, who has started it outlives the visit. */
void life_follow_visit(int socket);

#endif
