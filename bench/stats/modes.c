#include "bench/stats/modes.h"

#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdbool.h>

/* The density is a histogram of the logarithms, smoothed; its bins reach from 1 ns to 10 ms. */
enum { BINS = 170, SMOOTHINGS = 4 };
#define BIN_FACTOR 1.1
#define VALLEY 0.5

static double edge_ns(size_t bin)
{
    return pow(BIN_FACTOR, (double)bin);
}

static size_t bin_of(double ns)
{
    double bin = ns > 1 ? floor(log(ns) / log(BIN_FACTOR)) : 0;
    return bin < BINS - 1 ? (size_t)bin : BINS - 1;
}

static void smooth(double density[BINS])
{
    for (int pass = 0; pass < SMOOTHINGS; pass++) {
        double before = density[0];
        for (size_t i = 0; i < BINS; i++) {
            double own = density[i], after = i + 1 < BINS ? density[i + 1] : own;
            density[i] = (before + 2 * own + after) / 4;
            before = own;
        }
    }
}

/* Where the density has valleys that part it, by bins, ascending; returns how many. */
static size_t find_valleys(const double density[BINS], size_t valleys[BINS])
{
    double peak = density[0], least = density[0];
    size_t count = 0, lowest = 0;
    for (size_t i = 1; i < BINS; i++) {
        if (density[i] <= least) {
            least = density[i];
            lowest = i;
        } else if (least < VALLEY * peak && density[i] > least / VALLEY) {
            valleys[count++] = lowest;
            peak = least = density[i];
            lowest = i;
        }
        if (density[i] > peak)
            peak = least = density[i];
    }
    return count;
}

/* The first value that is not below, of ascending ones. */
static size_t place_of(const double values[], size_t count, double least)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (values[middle] < least)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Appends values[first..end), up to to_ns, as a mode; to the last one where they are too few. */
static void append(struct modes *modes, const double values[], size_t first, size_t end,
                   size_t count, double to_ns)
{
    double share = (double)(end - first) / (double)count;
    struct mode *last = modes->count > 0 ? &modes->modes[modes->count - 1] : NULL;
    if (last != NULL && (share < MODES_LEAST_SHARE || modes->count == MODES_MOST)) {
        last->to_ns = to_ns;
        last->share += share;
        return;
    }
    modes->modes[modes->count++] = (struct mode){
        .roundtrip_ns = gsl_stats_median_from_sorted_data(values + first, 1, end - first),
        .from_ns = last != NULL ? last->to_ns : 0,
        .to_ns = to_ns,
        .share = share,
    };
}

struct modes modes_find(const double roundtrips_ns[], size_t count)
{
    struct modes modes = {0};
    double density[BINS] = {0};
    size_t valleys[BINS], parts = 0, first = 0;
    for (size_t i = 0; i < count; i++)
        density[bin_of(roundtrips_ns[i])]++;
    smooth(density);
    if (count >= MODES_LEAST_CANARIES)
        parts = find_valleys(density, valleys);
    for (size_t i = 0; count > 0 && i <= parts; i++) {
        double to_ns = i < parts ? edge_ns(valleys[i]) : INFINITY;
        size_t end = i < parts ? place_of(roundtrips_ns, count, to_ns) : count;
        bool few = (double)(end - first) < MODES_LEAST_SHARE * (double)count;
        if (modes.count == 0 && few && i < parts)
            continue; /* too few before the first mode: they are of it */
        append(&modes, roundtrips_ns, first, end, count, to_ns);
        first = end;
    }
    return modes;
}

size_t modes_of(const struct modes *modes, double roundtrip_ns)
{
    size_t i = 0;
    while (i < modes->count &&
           !(roundtrip_ns >= modes->modes[i].from_ns && roundtrip_ns < modes->modes[i].to_ns))
        i++;
    return i;
}

size_t modes_main(const struct modes *modes)
{
    size_t main = 0;
    for (size_t i = 1; i < modes->count; i++)
        if (modes->modes[i].share > modes->modes[main].share)
            main = i;
    return main;
}
