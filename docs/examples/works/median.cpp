// The median of random numbers, and their mean, whose last digits may differ: a work in C++17 with
// a tolerance, and a second one beside it.
//
//     c++ -std=c++17 -O2 -fPIC -shared median.cpp -o libmedian.so
#include <breakeven/work.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

static std::vector<double> numbers(const breakeven_job *job)
{
    std::mt19937_64 random(job->seed + job->index);
    std::uniform_real_distribution<double> between(0, 1);
    std::vector<double> made(job->size + 1);
    std::generate(made.begin(), made.end(), [&] { return between(random); });
    return made;
}

// Nothing may be thrown out of a job: what goes wrong is a code.
static int median(const breakeven_job *job, void *result) noexcept
try {
    std::vector<double> all = numbers(job);
    auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::nth_element(all.begin(), middle, all.end());
    *static_cast<double *>(result) = *middle;
    return 0;
} catch (...) {
    return 1;
}

static int mean(const breakeven_job *job, void *result) noexcept
try {
    std::vector<double> all = numbers(job);
    *static_cast<double *>(result) =
        std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(all.size());
    return 0;
} catch (...) {
    return 1;
}

static int is_near(const void *wanted, const void *got, uint64_t)
{
    double a = *static_cast<const double *>(wanted), b = *static_cast<const double *>(got);
    return std::abs(a - b) <= 1e-9 * std::abs(a);
}

// C++17 has the fields in their order; {} and what is left out is not needed.
static const struct breakeven_work works[] = {
    {BREAKEVEN_WORK_HEAD, "median", sizeof(double), median, "the median of random numbers",
     "numbers", "1e1..1e6", nullptr, nullptr, nullptr, nullptr, nullptr, nullptr},
    {BREAKEVEN_WORK_HEAD, "mean", sizeof(double), mean, "the mean of random numbers", "numbers",
     "1e1..1e6", nullptr, nullptr, nullptr, nullptr, is_near, nullptr},
};

const struct breakeven_work *const breakeven_works[] = {&works[0], &works[1], nullptr};
