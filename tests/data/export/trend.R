# SPDX-License-Identifier: EUPL-1.2
# What trend.c must say of series, by R 4.2.2; a dot is a point that is not shown:
#
#   Rscript trend.R changes > changes.csv    the last point against the one before; all points over the same stretch of time
#   Rscript trend.R rates > rates.csv        the same of periods one after another, which are not equally long
#   Rscript trend.R rises > rises.csv        the lowest of the last points against the highest of those before (by the day)
#
# Always poisson.test, with the p-value that fits its interval: twice the smaller tail. Where the earlier points (at least
# four) vary more than Poisson counts do, glm(quasipoisson) too, with the days as offset; the larger p-value and the wider
# interval count. More than Poisson counts do: a dispersion above 1 where at least eight points are shown, else one that is
# too large at 5%. A published zero stands as one in glm, which takes the logarithm of a ratio.
changes <- c("100 141", "100 100 100 100 100 141", "60 140 75 130 100 141", "60 140 75 130 100 400",
	"400 300 520 380 410 290 470", "12 30 55 20 80 40 11", "900 700 1100 1300 650 880 1000 1400", "10 12 9 11 10 40",
	"10 12 9 11 40 10", "50 0 80 10 30 0", "20 25 30 45 80 90 95", "100 118 92 109 84 100 141", "100 118 92 109 84 104 100 141",
	"100 118 . 92 109 84 104 100 141", "100 101 99 100 102 98 100 141", "8 12 10 13 6 9 11 30", "8 12 10 13 6 9 11 11 24",
	"400 430 380 450 420 360 410 390 400 500")
rates <- list(
	c("2025-01", "100 141"), c("2025-02", "100 141"), c("2025-02", "370 420"),
	c("2025-01", "392 300"), c("2024-01", "60 58 66 61 67 60 95"), c("2025-07", "100 100 100 100 100 100 100 141"),
	c("2025-01", "60 140 75 130 100 80 160"), c("2025-01", "400 300 520 380 410 290 470"),
	c("2025-01", "60 . 140 . 75 130 400 80"), c("2025-10", "12 30 55 20 80 90 11"), c("2025-Q1", "900 700 1100 1300 650 1400"),
	c("2024-Q1", "960 948 964 942 953 954 926"), c("2025-Q1", "500 620"), c("2023", "1000 1120"),
	c("2024-Q1", "500 548 480 530 465 505 500 620"), c("2024-01", "60 74 55 . 70 52 66 60 95"))
# First period, how many points come after the rise, the series.
rises <- list(
	c("2024-Q1", 2, "40 44 38 46 41 80 84"), c("2024-Q1", 2, "40 52 31 49 36 80 84"), c("2024-Q1", 2, "40 52 31 49 36 44 80 84"),
	c("2024-Q1", 2, "40 75 30 68 25 44 110 120"), c("2024-Q1", 2, "400 520 380 . 430 590 610 700 720"),
	c("2024-Q1", 2, "300 . . 320 280 400 390"), c("2025-01", 2, "90 120 80 130 100 . 85 180 190"), c("2024-Q1", 1, "10 12 9 11 10 13 12 30"))

days_of <- function(first, n) {
	if (first == "")
		return(rep(31, n))
	if (nchar(first) == 4)
		from <- seq(as.Date(paste0(first, "-01-01")), by = "year", length.out = n + 1)
	else if (grepl("Q", first))
		from <- seq(as.Date(paste0(substr(first, 1, 4), "-", 3 * as.integer(substr(first, 7, 7)) - 2, "-01")),
			by = "quarter", length.out = n + 1)
	else
		from <- seq(as.Date(paste0(first, "-01")), by = "month", length.out = n + 1)
	as.numeric(diff(from))
}

numbers_of <- function(text) suppressWarnings(as.numeric(strsplit(text, " ")[[1]]))

# The points before against points a and b of n over these days.
compare <- function(n, days, before, a, b) {
	both <- n[a] + n[b]
	share <- days[b] / (days[a] + days[b])
	said <- list(dispersion = NA, p_dispersion = NA, over = FALSE,
		p = min(1, 2 * min(pbinom(n[b], both, share), pbinom(n[b] - 1, both, share, lower.tail = FALSE))),
		range = poisson.test(n[c(b, a)], days[c(b, a)], conf.level = 0.99)$conf.int)
	earlier <- before[!is.na(n[before])]
	degrees <- length(earlier) - 1
	if (degrees < 3)
		return(said)
	fit <- glm(n[earlier] ~ 1 + offset(log(days[earlier])), family = quasipoisson, control = glm.control(epsilon = 1e-12, maxit = 100))
	said$dispersion <- sum((n[earlier] - fitted(fit))^2 / fitted(fit)) / degrees
	said$p_dispersion <- pchisq(said$dispersion * degrees, degrees, lower.tail = FALSE)
	said$over <- said$dispersion > 1 && (sum(!is.na(n)) >= 8 || said$p_dispersion < 0.05)
	if (said$over) {
		pair <- glm(pmax(n[c(a, b)], 1) ~ factor(1:2) + offset(log(days[c(a, b)])), family = quasipoisson,
			mustart = pmax(n[c(a, b)], 1))
		row <- coef(summary(pair, dispersion = said$dispersion))[2, ]
		range <- exp(row[1] + c(-1, 1) * qt(0.995, degrees) * row[2])
		said$p <- max(said$p, 2 * pt(-abs(row[1] / row[2]), degrees))
		said$range <- c(min(said$range[1], range[1]), max(said$range[2], range[2]))
	}
	said
}

number <- function(x) format(unname(x), digits = 12)

row_of <- function(said) c(number(said$dispersion), number(said$p_dispersion), as.integer(said$over), number(said$p),
	number(said$range[1]), number(said$range[2]))

change_of <- function(first, text) {
	n <- numbers_of(text)
	last <- length(n)
	row_of(compare(n, days_of(first, last), seq_len(last - 2), last - 1, last))
}

# Also where in the series the two are, counted from 0.
rise_of <- function(first, after, text) {
	n <- numbers_of(text)
	days <- days_of(first, length(n))
	before <- seq_len(length(n) - after)
	a <- which.max(replace(n / days, -before, NA))
	b <- which.min(replace(n / days, before, NA))
	c(a - 1, b - 1, row_of(compare(n, days, before, a, b))[1:4])
}

write_row <- function(...) cat(paste(c(...), collapse = ","), "\n", sep = "")

switch(commandArgs(trailingOnly = TRUE)[1],
	changes = {
		write_row("series,dispersion,p_dispersion,overdispersed,p,low,high")
		for (text in changes) write_row(text, change_of("", text))
	},
	rates = {
		write_row("first,series,dispersion,p_dispersion,overdispersed,p,low,high")
		for (item in rates) write_row(item, change_of(item[1], item[2]))
	},
	rises = {
		write_row("first,after,series,highest,lowest,dispersion,p_dispersion,overdispersed,p")
		for (item in rises) write_row(item, rise_of(item[1], as.integer(item[2]), item[3]))
	})
