# From which job size or number of jobs on running in parallel pays, measured by breakeven 5abfd20
# on 2026-11-27 17:45 UTC, A CPU of */ two /* cores, x86_64, 2 CPUs, Linux 6.1. By --objective
# crossover. `breakeven check` tells whether it still holds.
# breakeven:thresholds {"format":"breakeven-thresholds","version":1,"objective":"crossover","cpus":2,"architecture":"x86_64","model":"A CPU of *\/ two \/* cores","measured":"2026-11-27 17:45 UTC","commit":"5abfd20"}
function(breakeven_noisy_threshold variable access)
  if(access STREQUAL "UNKNOWN_READ_ACCESS")
    message(FATAL_ERROR "${variable} is noisy: measure again with a larger --budget")
  endif()
endfunction()

# squares, openmp with 2 workers, warm, batches of 8 jobs, schedule auto: pays from size 31623 on,
# jobs of 22.1 us. Measured at 12 sizes from 10 to 3000000. Against the better of serial and
# parallel at each of them, --objective crossover loses 0.1 % on average and 4.6 % at worst (size
# 31623), --objective loss loses 0.1 % on average and 3.4 % at worst (size 31623).
# breakeven:threshold {"name":"BREAKEVEN_SQUARES_OPENMP_W2_WARM","work":"squares","jobs":8,"strategy":"openmp","workers":2,"schedule":"auto","chunk":0,"parent_mib":0,"payload_in":0,"payload_out":0,"idle_ns":0,"neighbours":0,"temperature":"warm","axis":"size","verdict":"at","threshold":31623,"roundtrip_ns":96.85,"crossover":31623.5,"crossover_low":30000.0,"crossover_high":null,"low":30000,"high":33001,"ns":22136.1,"low_ns":21000.0,"high_ns":null,"least":10,"most":3000000,"places":12,"costs":{"crossover":{"mean":0.00123,"worst":0.0456,"worst_at":31623},"loss":{"mean":0.00098,"worst":0.034,"worst_at":31623}},"checksum":"b9b96200"}
if(NOT DEFINED BREAKEVEN_SQUARES_OPENMP_W2_WARM)
  set(BREAKEVEN_SQUARES_OPENMP_W2_WARM 31623)
  set(BREAKEVEN_SQUARES_OPENMP_W2_WARM_LOW 30000)
  set(BREAKEVEN_SQUARES_OPENMP_W2_WARM_HIGH 33001)
  set(BREAKEVEN_SQUARES_OPENMP_W2_WARM_NS 22137)
  set(BREAKEVEN_SQUARES_OPENMP_W2_WARM_NS_LOW 21000)
  set(BREAKEVEN_SQUARES_OPENMP_W2_WARM_VERDICT at)
endif()

# squares, threadpool with 2 workers, warm, batches of 8 jobs, schedule auto: always pays. Measured
# at 12 sizes from 10 to 3000000. Against the better of serial and parallel at each of them,
# --objective crossover loses 0.1 % on average and 4.6 % at worst (size 31623), --objective loss
# loses 0.1 % on average and 3.4 % at worst (size 31623).
# breakeven:threshold {"name":"BREAKEVEN_SQUARES_THREADPOOL_W2_WARM","work":"squares","jobs":8,"strategy":"threadpool","workers":2,"schedule":"auto","chunk":0,"parent_mib":0,"payload_in":0,"payload_out":0,"idle_ns":0,"neighbours":0,"temperature":"warm","axis":"size","verdict":"always","threshold":0,"roundtrip_ns":96.85,"crossover":0.5,"crossover_low":0.0,"crossover_high":null,"low":0,"high":10,"ns":0.0,"low_ns":0.0,"high_ns":null,"least":10,"most":3000000,"places":12,"costs":{"crossover":{"mean":0.00123,"worst":0.0456,"worst_at":31623},"loss":{"mean":0.00098,"worst":0.034,"worst_at":31623}},"checksum":"85ba5319"}
if(NOT DEFINED BREAKEVEN_SQUARES_THREADPOOL_W2_WARM)
  set(BREAKEVEN_SQUARES_THREADPOOL_W2_WARM 0)
  set(BREAKEVEN_SQUARES_THREADPOOL_W2_WARM_LOW 0)
  set(BREAKEVEN_SQUARES_THREADPOOL_W2_WARM_HIGH 10)
  set(BREAKEVEN_SQUARES_THREADPOOL_W2_WARM_NS 0)
  set(BREAKEVEN_SQUARES_THREADPOOL_W2_WARM_NS_LOW 0)
  set(BREAKEVEN_SQUARES_THREADPOOL_W2_WARM_VERDICT always)
endif()

# squares, fork with 2 workers, warm, batches of 8 jobs, schedule auto: never pays. Measured at 12
# sizes from 10 to 3000000. Against the better of serial and parallel at each of them, --objective
# crossover loses 0.1 % on average and 4.6 % at worst (size 31623), --objective loss loses 0.1 % on
# average and 3.4 % at worst (size 31623).
# breakeven:threshold {"name":"BREAKEVEN_SQUARES_FORK_W2_WARM","work":"squares","jobs":8,"strategy":"fork","workers":2,"schedule":"auto","chunk":0,"parent_mib":0,"payload_in":0,"payload_out":0,"idle_ns":0,"neighbours":0,"temperature":"warm","axis":"size","verdict":"never","threshold":null,"roundtrip_ns":96.85,"crossover":null,"crossover_low":3000000.0,"crossover_high":null,"low":3000000,"high":null,"ns":null,"low_ns":2100000.0,"high_ns":null,"least":10,"most":3000000,"places":12,"costs":{"crossover":{"mean":0.00123,"worst":0.0456,"worst_at":31623},"loss":{"mean":0.00098,"worst":0.034,"worst_at":31623}},"checksum":"0bd8c807"}
if(NOT DEFINED BREAKEVEN_SQUARES_FORK_W2_WARM)
  set(BREAKEVEN_SQUARES_FORK_W2_WARM 18446744073709551615)
  set(BREAKEVEN_SQUARES_FORK_W2_WARM_LOW 3000000)
  set(BREAKEVEN_SQUARES_FORK_W2_WARM_HIGH 18446744073709551615)
  set(BREAKEVEN_SQUARES_FORK_W2_WARM_NS 18446744073709551615)
  set(BREAKEVEN_SQUARES_FORK_W2_WARM_NS_LOW 2100000)
  set(BREAKEVEN_SQUARES_FORK_W2_WARM_NS_HIGH 18446744073709551615)
  set(BREAKEVEN_SQUARES_FORK_W2_WARM_VERDICT never)
endif()

# squares, spawn with 2 workers, warm, batches of 8 jobs, schedule auto: too noisy to tell; measure
# again with a larger --budget. Measured at 12 sizes from 10 to 3000000.
# breakeven:threshold {"name":"BREAKEVEN_SQUARES_SPAWN_W2_WARM","work":"squares","jobs":8,"strategy":"spawn","workers":2,"schedule":"auto","chunk":0,"parent_mib":0,"payload_in":0,"payload_out":0,"idle_ns":0,"neighbours":0,"temperature":"warm","axis":"size","verdict":"noisy","threshold":null,"roundtrip_ns":96.85,"crossover":null,"crossover_low":0.0,"crossover_high":null,"low":0,"high":null,"ns":null,"low_ns":0.0,"high_ns":null,"least":10,"most":3000000,"places":12,"costs":{"crossover":{"mean":0.00123,"worst":0.0456,"worst_at":31623},"loss":{"mean":0.00098,"worst":0.034,"worst_at":31623}},"checksum":"bbbe11e0"}
if(NOT DEFINED BREAKEVEN_SQUARES_SPAWN_W2_WARM)
  variable_watch(BREAKEVEN_SQUARES_SPAWN_W2_WARM breakeven_noisy_threshold) # reading BREAKEVEN_SQUARES_SPAWN_W2_WARM is an error
  set(BREAKEVEN_SQUARES_SPAWN_W2_WARM_NOISY 1)
  set(BREAKEVEN_SQUARES_SPAWN_W2_WARM_VERDICT noisy)
endif()

# squares, threads with 2 workers, warm, batches of 8 jobs, schedule auto: takes as long as serial.
# Measured at 12 sizes from 10 to 3000000. Against the better of serial and parallel at each of
# them, --objective crossover loses 0.1 % on average and 4.6 % at worst (size 31623), --objective
# loss loses 0.1 % on average and 3.4 % at worst (size 31623).
# breakeven:threshold {"name":"BREAKEVEN_SQUARES_THREADS_W2_WARM","work":"squares","jobs":8,"strategy":"threads","workers":2,"schedule":"auto","chunk":0,"parent_mib":0,"payload_in":0,"payload_out":0,"idle_ns":0,"neighbours":0,"temperature":"warm","axis":"size","verdict":"even","threshold":null,"roundtrip_ns":96.85,"crossover":null,"crossover_low":1.84467441e19,"crossover_high":null,"low":null,"high":null,"ns":null,"low_ns":1.29127209e19,"high_ns":null,"least":10,"most":3000000,"places":12,"costs":{"crossover":{"mean":0.00123,"worst":0.0456,"worst_at":31623},"loss":{"mean":0.00098,"worst":0.034,"worst_at":31623}},"checksum":"4ac6c5d4"}
if(NOT DEFINED BREAKEVEN_SQUARES_THREADS_W2_WARM)
  set(BREAKEVEN_SQUARES_THREADS_W2_WARM 18446744073709551615)
  set(BREAKEVEN_SQUARES_THREADS_W2_WARM_LOW 18446744073709551615)
  set(BREAKEVEN_SQUARES_THREADS_W2_WARM_HIGH 18446744073709551615)
  set(BREAKEVEN_SQUARES_THREADS_W2_WARM_NS 18446744073709551615)
  set(BREAKEVEN_SQUARES_THREADS_W2_WARM_NS_LOW 18446744073709551615)
  set(BREAKEVEN_SQUARES_THREADS_W2_WARM_NS_HIGH 18446744073709551615)
  set(BREAKEVEN_SQUARES_THREADS_W2_WARM_VERDICT even)
endif()

# squares, openmp-tasks with 2 workers, warm, batches of 8 jobs, schedule auto: surely pays between
# size 600 and size 80000 only, and by the medians from size 500 to below size 90000. Measured at 12
# sizes from 10 to 3000000. Against the better of serial and parallel at each of them, --objective
# crossover loses 0.1 % on average and 4.6 % at worst (size 31623), --objective loss loses 0.1 % on
# average and 3.4 % at worst (size 31623).
# breakeven:threshold {"name":"BREAKEVEN_SQUARES_OPENMP_TASKS_W2_WARM","work":"squares","jobs":8,"strategy":"openmp-tasks","workers":2,"schedule":"auto","chunk":0,"parent_mib":0,"payload_in":0,"payload_out":0,"idle_ns":0,"neighbours":0,"temperature":"warm","axis":"size","verdict":"between","threshold":null,"from":500,"until":90000,"until_low":80000,"until_high":100000,"roundtrip_ns":96.85,"crossover":500.5,"crossover_low":400.0,"crossover_high":null,"low":400,"high":600,"ns":350.0,"low_ns":280.0,"high_ns":null,"least":10,"most":3000000,"places":12,"costs":{"crossover":{"mean":0.00123,"worst":0.0456,"worst_at":31623},"loss":{"mean":0.00098,"worst":0.034,"worst_at":31623}},"checksum":"383ed22f"}
if(NOT DEFINED BREAKEVEN_SQUARES_OPENMP_TASKS_W2_WARM)
  set(BREAKEVEN_SQUARES_OPENMP_TASKS_W2_WARM 18446744073709551615)
  set(BREAKEVEN_SQUARES_OPENMP_TASKS_W2_WARM_LOW 18446744073709551615)
  set(BREAKEVEN_SQUARES_OPENMP_TASKS_W2_WARM_HIGH 18446744073709551615)
  set(BREAKEVEN_SQUARES_OPENMP_TASKS_W2_WARM_NS 18446744073709551615)
  set(BREAKEVEN_SQUARES_OPENMP_TASKS_W2_WARM_NS_LOW 18446744073709551615)
  set(BREAKEVEN_SQUARES_OPENMP_TASKS_W2_WARM_NS_HIGH 18446744073709551615)
  set(BREAKEVEN_SQUARES_OPENMP_TASKS_W2_WARM_FROM 500)
  set(BREAKEVEN_SQUARES_OPENMP_TASKS_W2_WARM_FROM_LOW 400)
  set(BREAKEVEN_SQUARES_OPENMP_TASKS_W2_WARM_FROM_HIGH 600)
  set(BREAKEVEN_SQUARES_OPENMP_TASKS_W2_WARM_UNTIL 90000)
  set(BREAKEVEN_SQUARES_OPENMP_TASKS_W2_WARM_UNTIL_LOW 80000)
  set(BREAKEVEN_SQUARES_OPENMP_TASKS_W2_WARM_UNTIL_HIGH 100000)
  set(BREAKEVEN_SQUARES_OPENMP_TASKS_W2_WARM_VERDICT between)
endif()

# squares, forkpool with 2 workers, warm, batches of 8 jobs, schedule auto, env A=*/ int x;
# /*\x0a#error "b" ${C} `d` \\xc3\: pays from size 7 on, jobs of 4.90 ns. Measured at 12 sizes from
# 10 to 3000000. Against the better of serial and parallel at each of them, --objective crossover
# loses 0.1 % on average and 4.6 % at worst (size 31623), --objective loss loses 0.1 % on average
# and 3.4 % at worst (size 31623).
# breakeven:threshold {"name":"BREAKEVEN_SQUARES_FORKPOOL_W2_WARM","work":"squares","jobs":8,"strategy":"forkpool","workers":2,"schedule":"auto","chunk":0,"env":"A=*\/ int x; \/*\n#error \"b\" ${C} `d` \\?\\","parent_mib":0,"payload_in":0,"payload_out":0,"idle_ns":0,"neighbours":0,"temperature":"warm","axis":"size","verdict":"at","threshold":7,"roundtrip_ns":96.85,"crossover":7.5,"crossover_low":5.0,"crossover_high":null,"low":5,"high":8,"ns":4.9,"low_ns":3.5,"high_ns":null,"least":10,"most":3000000,"places":12,"costs":{"crossover":{"mean":0.00123,"worst":0.0456,"worst_at":31623},"loss":{"mean":0.00098,"worst":0.034,"worst_at":31623}},"checksum":"2cfa54a8"}
if(NOT DEFINED BREAKEVEN_SQUARES_FORKPOOL_W2_WARM)
  set(BREAKEVEN_SQUARES_FORKPOOL_W2_WARM 7)
  set(BREAKEVEN_SQUARES_FORKPOOL_W2_WARM_LOW 5)
  set(BREAKEVEN_SQUARES_FORKPOOL_W2_WARM_HIGH 8)
  set(BREAKEVEN_SQUARES_FORKPOOL_W2_WARM_NS 5)
  set(BREAKEVEN_SQUARES_FORKPOOL_W2_WARM_NS_LOW 4)
  set(BREAKEVEN_SQUARES_FORKPOOL_W2_WARM_VERDICT at)
endif()

# squares, openmp with 2 workers, warm, jobs of size 30000, schedule auto: pays from 14 jobs on, a
# batch of 9.80 ns. Measured at 12 numbers of jobs from 10 to 3000000. Against the better of serial
# and parallel at each of them, --objective crossover loses 0.1 % on average and 4.6 % at worst
# (31623 jobs), --objective loss loses 0.1 % on average and 3.4 % at worst (31623 jobs).
# breakeven:threshold {"name":"BREAKEVEN_SQUARES_OPENMP_W2_WARM_JOBS","work":"squares","size":30000,"strategy":"openmp","workers":2,"schedule":"auto","chunk":0,"parent_mib":0,"payload_in":0,"payload_out":0,"idle_ns":0,"neighbours":0,"temperature":"warm","axis":"jobs","verdict":"at","threshold":14,"roundtrip_ns":96.85,"crossover":14.5,"crossover_low":13.0,"crossover_high":null,"low":13,"high":16,"ns":9.8,"low_ns":9.1,"high_ns":null,"least":10,"most":3000000,"places":12,"costs":{"crossover":{"mean":0.00123,"worst":0.0456,"worst_at":31623},"loss":{"mean":0.00098,"worst":0.034,"worst_at":31623}},"checksum":"4deafd1d"}
if(NOT DEFINED BREAKEVEN_SQUARES_OPENMP_W2_WARM_JOBS)
  set(BREAKEVEN_SQUARES_OPENMP_W2_WARM_JOBS 14)
  set(BREAKEVEN_SQUARES_OPENMP_W2_WARM_JOBS_LOW 13)
  set(BREAKEVEN_SQUARES_OPENMP_W2_WARM_JOBS_HIGH 16)
  set(BREAKEVEN_SQUARES_OPENMP_W2_WARM_JOBS_NS 10)
  set(BREAKEVEN_SQUARES_OPENMP_W2_WARM_JOBS_NS_LOW 10)
  set(BREAKEVEN_SQUARES_OPENMP_W2_WARM_JOBS_VERDICT at)
endif()
